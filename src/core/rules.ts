import { codes, type Code } from './codes.js';
import type { Diagnostic } from './diagnostic.js';
import { MembraneError } from './error.js';
import { didYouMean } from './nearest.js';

export const ruleLevels = ['off', 'warn', 'error'] as const;

/** `off`: not reported. */
export type RuleLevel = (typeof ruleLevels)[number];

/** How bad findings are by their code, where that is not as usual. */
export type Rules = Readonly<Partial<Record<Code, RuleLevel>>>;

export function isCode(name: string): name is Code {
  return Object.hasOwn(codes, name);
}

/** Rules as people write them, `CODE=LEVEL`; a later one wins. Throws `usage/argument`. */
export function parseRules(texts: readonly string[]): Rules {
  return Object.fromEntries(texts.map(parseRule));
}

function parseRule(text: string): [Code, RuleLevel] {
  const [, code = '', name] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  const level = ruleLevels.find((candidate) => candidate === name);
  if (code !== '' && !isCode(code)) {
    throw new MembraneError('usage/argument', `no code "${code}"`, { hint: codeHint(code) });
  }
  if (code !== '' && level !== undefined) return [code, level];
  throw new MembraneError('usage/argument', `"${text}" is no rule`, {
    hint: `write CODE=LEVEL, with one of ${ruleLevels.join(', ')}: --rule flow/unreachable=off`,
  });
}

/** Which code was probably meant, or where they are. */
export function codeHint(code: string): string {
  return didYouMean(code, Object.keys(codes)) ?? 'see them with "membrane explain"';
}

/** The findings with the severities that the rules give them, without those that are off. */
export function applyRules(diagnostics: readonly Diagnostic[], rules: Rules): Diagnostic[] {
  return diagnostics.flatMap((one) => {
    const level = rules[one.code];
    if (level === undefined) return [one];
    if (level === 'off') return [];
    return [{ ...one, severity: level === 'warn' ? 'warning' : 'error' }];
  });
}
