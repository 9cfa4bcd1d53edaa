import { formatPath, isObject, type JsonPath } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import { kindsOf, valuesOf, type Types } from '../core/type-alternatives.js';
import type { Misfit } from '../core/type-fit.js';
import { kind } from '../core/type-kinds.js';
import { typeInWords, valuesInWords } from '../core/type-words.js';
import { formulaName, subjectOf } from './subject.js';
import type { TypeProblem } from './type-of.js';

type Problem = Pick<TypeProblem, 'code' | 'message' | 'help'>;

/** What is wrong with a part, written out or a formula, that does not fit what it becomes. */
export function misfitProblem(types: Types, why: Misfit, part: unknown): Problem & { readonly at: JsonPath } {
  const name = formulaName(part);
  if (name === undefined) return { ...literalProblem(types, why, part), at: [] };
  const subject = subjectOf(part);
  const [given, wanted] = [typeInWords(types, why.given), typeInWords(types, why.wanted)];
  const message =
    why.path.length > 0
      ? `${subject} does not fit here: its "${formatPath(why.path)}" is ${given}, but ${wanted} is needed`
      : `${subject} ${name === '$var' ? 'is' : 'gives'} ${given}, but ${wanted} is needed here`;
  return { code: 'type/mismatch', message, at: name === '$var' ? [name] : [] };
}

function literalProblem(types: Types, why: Misfit, value: unknown): Problem {
  const code = 'type/mismatch';
  const values = valuesOf(types, why.wanted);
  if (why.why === 'value' && values !== undefined) {
    const near = typeof value === 'string' ? didYouMean(value, values.filter(isText)) : undefined;
    const message = `${JSON.stringify(value)} is not ${valuesInWords(values)}`;
    return { code, message, ...(near === undefined ? {} : { help: near }) };
  }
  const is = Array.isArray(value) ? 'a list' : isObject(value) ? 'an object' : typeInKinds(value);
  const message = `${is} stands where ${typeInWords(types, why.wanted)} is needed`;
  const help = spelling(value, kindsOf(types, why.wanted));
  return { code, message, ...(help === undefined ? {} : { help }) };
}

function typeInKinds(value: unknown): string {
  return typeof value === 'string' ? 'a text' : typeof value === 'number' ? 'a number' : 'true or false';
}

/** YAML has quotes: they make the difference between 5 and "5". */
function spelling(value: unknown, wanted: number): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean')
    return (wanted & kind.text) === 0 ? undefined : `put it in quotes: "${value}"`;
  if (typeof value !== 'string') return undefined;
  const number = (wanted & kind.number) !== 0 && /^-?\d+(\.\d+)?$/.test(value);
  const yes = (wanted & kind.boolean) !== 0 && /^(true|false)$/.test(value);
  return number || yes ? `write ${value} without quotes` : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
