import { same } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import type { Type } from '../core/type.js';
import {
  alternativesOf,
  kindsOf,
  valuesOf,
  type Alternative,
  type Types,
} from '../core/type-alternatives.js';
import { kind, kindOfValue, type Kinds } from '../core/type-kinds.js';
import { itemOf } from '../core/type-property.js';
import { kindsInWords, typeInWords, valuesInWords } from '../core/type-words.js';
import { equal } from './equal.js';
import type { Finding } from './formula.js';
import { isoInstant } from './instant.js';
import type { Operator } from './operators.js';
import { writtenOut } from './subject.js';

/** A condition, as its types say it. */
export interface TypedCondition {
  readonly name: string;
  readonly operator: Operator;
  /** How messages name what is asked about. */
  readonly subject: string;
  readonly left: Type;
  readonly right: Type;
  /** What it compares with, as it is written. */
  readonly written: unknown;
}

/** What makes no sense in a condition; `item`: in this item of the list that is written there. */
export type ConditionProblem = Finding & { readonly item?: number };

/** What the types say is wrong with a condition: the operator, the value that it compares with, or the whole. */
export function conditionProblems(types: Types, condition: TypedCondition): readonly ConditionProblem[] {
  const constant = constantProblem(types, condition);
  // Whoever asks about what is written there is trying something out.
  if (condition.subject === writtenOut) return constant === undefined ? [] : [constant];
  const problem = checks[condition.operator.sense](types, condition) ?? constant;
  return problem === undefined ? [] : Array.isArray(problem) ? problem : [problem];
}

type Check = (types: Types, condition: TypedCondition) => ConditionProblem | ConditionProblem[] | undefined;

const checks: Readonly<Record<Operator['sense'], Check>> = {
  equality: (types, condition) => never(types, condition, condition.left, condition.right, equal),
  emptiness: checkEmptiness,
  part: checkPart,
  membership: checkMembership,
  order: checkOrder,
};

/** Numbers, true and false are never empty. */
function checkEmptiness(types: Types, condition: TypedCondition): ConditionProblem | undefined {
  const kinds = kindsOf(types, condition.left.schema);
  if (condition.left.optional || kinds === 0 || (kinds & ~(kind.number | kind.boolean)) !== 0)
    return undefined;
  return always(condition, condition.operator.test(0, true), kindsInWords(kinds));
}

function checkPart(types: Types, condition: TypedCondition): ConditionProblem | undefined {
  const { left, right } = condition;
  const [kinds, parts] = [something(types, left), something(types, right)];
  if (kinds === 0 || parts === 0) return undefined;
  if ((kinds & (kind.list | kind.text)) === 0) return senseless(condition, kinds, 'a list or a text');
  if (kinds === kind.text && (parts & ~(kind.list | kind.object)) === 0) {
    const message = `"${condition.name}" looks for a part of a text, which ${kindsInWords(parts)} cannot be`;
    return { code: 'type/operator', message };
  }
  if (kinds !== kind.list) return undefined;
  const item = itemOf(types, left.schema);
  if (item.is !== 'known') return undefined;
  const subject = `an item of ${condition.subject}`;
  return never(types, { ...condition, subject }, item.type, right, same);
}

/** Each value that is written there must be possible. */
function checkMembership(
  types: Types,
  condition: TypedCondition,
): ConditionProblem | ConditionProblem[] | undefined {
  const { name, left, right, written } = condition;
  const kinds = something(types, right);
  if (kinds !== 0 && (kinds & kind.list) === 0)
    return { code: 'type/operator', message: `"${name}" takes a list, not ${kindsInWords(kinds)}` };
  if (!Array.isArray(written)) {
    const item = itemOf(types, right.schema);
    return item.is === 'known' ? never(types, condition, left, item.type, same) : undefined;
  }
  return written.flatMap((value: unknown, item): ConditionProblem[] => {
    if (typeof value === 'object') return [];
    const literal = { schema: { const: value as string }, optional: false };
    const problem = never(types, { ...condition, written: value }, left, literal, same);
    return problem === undefined ? [] : [{ ...problem, item }];
  });
}

function checkOrder(types: Types, condition: TypedCondition): ConditionProblem | undefined {
  const { name, left, right } = condition;
  const [kinds, others] = [something(types, left), something(types, right)];
  const comparable = kind.number | kind.text;
  if (kinds !== 0 && (kinds & comparable) === 0) return senseless(condition, kinds, 'a number or a date');
  if (others !== 0 && (others & comparable) === 0) {
    const message = `"${name}" compares with a number or a date, not with ${kindsInWords(others)}`;
    return { code: 'type/operator', message };
  }
  const [text, another] = valuesOf(types, right.schema) ?? [];
  if (typeof text !== 'string' || another !== undefined) return undefined;
  if (isoInstant(text) !== undefined || !Number.isNaN(Number.parseFloat(text))) return undefined;
  const message = `"${name}" is always false: ${JSON.stringify(text)} is neither a number nor a date`;
  return { code: 'type/always', message, help: 'dates are written as in "2024-02-03T04:05:06Z"' };
}

function senseless({ name, subject }: TypedCondition, kinds: Kinds, takes: string): ConditionProblem {
  return {
    code: 'type/operator',
    message: `"${name}" asks about ${takes}, but ${subject} is ${kindsInWords(kinds)}`,
  };
}

function always({ name, subject }: TypedCondition, holds: boolean, is: string): ConditionProblem {
  return { code: 'type/always', message: `"${name}" is always ${holds}: ${subject} is always ${is}` };
}

/** What is wrong with a condition whose sides are one value each, which are always there. */
function constantProblem(types: Types, condition: TypedCondition): ConditionProblem | undefined {
  const { operator, left, right } = condition;
  const [value, ...more] = valuesOf(types, left.schema) ?? [];
  const others = operator.sense === 'emptiness' ? [true] : valuesOf(types, right.schema);
  const there = !left.optional && (!right.optional || operator.sense === 'emptiness');
  if (!there || value === undefined || more.length > 0 || others?.length !== 1) return undefined;
  return always(condition, operator.test(value, others[0]), valuesInWords([value]));
}

/** Whether a value of the one type can be equal to one of the other, said where it cannot. */
function never(
  types: Types,
  { subject, written }: TypedCondition,
  left: Type,
  right: Type,
  equality: (a: unknown, b: unknown) => boolean,
): ConditionProblem | undefined {
  if (left.optional && right.optional) return undefined;
  const [forms, others] = [alternativesOf(types, left.schema), alternativesOf(types, right.schema)];
  if (forms.length === 0 || others.length === 0) return undefined;
  if (forms.some((form) => others.some((other) => canBeEqual(form, other, equality)))) return undefined;
  const values = valuesOf(types, left.schema)?.filter((value) => typeof value === 'string');
  const near = typeof written === 'string' && values !== undefined ? didYouMean(written, values) : undefined;
  const other = valuesOf(types, right.schema);
  const what = other === undefined ? kindsInWords(kindsOf(types, right.schema)) : valuesInWords(other);
  const message = `${subject} is never ${what}: it is ${typeInWords(types, left.schema)}`;
  return { code: 'type/enum', message, ...(near === undefined ? {} : { help: near }) };
}

function canBeEqual(
  one: Alternative,
  other: Alternative,
  equality: (a: unknown, b: unknown) => boolean,
): boolean {
  if ((one.kinds & other.kinds & kind.null) !== 0 || isBlank(one) || isBlank(other)) return true;
  if (one.values !== undefined && other.values !== undefined)
    return one.values.some((value) => other.values?.some((another) => equality(value, another)));
  if (one.values !== undefined) return one.values.some((value) => canBe(value, other.kinds, equality));
  if (other.values !== undefined) return other.values.some((value) => canBe(value, one.kinds, equality));
  const scalar = kind.text | kind.number | kind.boolean;
  const loose = equality === equal && (one.kinds & scalar) !== 0 && (other.kinds & scalar) !== 0;
  return loose || (one.kinds & other.kinds) !== 0;
}

/** Only null or "": who compares with these asks whether something is there, and it may always be missing. */
function isBlank({ values }: Alternative): boolean {
  return values?.every((value) => value === null || value === '') === true;
}

/** Whether a value can be equal to one of these kinds. Null is left alone: it may always be missing. */
function canBe(value: unknown, kinds: Kinds, equality: (a: unknown, b: unknown) => boolean): boolean {
  const own = kindOfValue(value);
  if (own === kind.null || (own & kinds) !== 0) return true;
  if (equality !== equal || typeof value === 'object') return false;
  if ((kinds & kind.text) !== 0) return true;
  const number = Number(value);
  if ((kinds & kind.number) !== 0 && !Number.isNaN(number)) return true;
  return (kinds & kind.boolean) !== 0 && (number === 0 || number === 1);
}

/** The kinds without null: what it is when it is something. */
function something(types: Types, { schema }: Type): Kinds {
  return kindsOf(types, schema) & ~kind.null;
}
