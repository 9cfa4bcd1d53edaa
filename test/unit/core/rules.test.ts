import { describe, expect, it } from 'vitest';
import { diagnostic, fileSpan } from '../../../src/core/diagnostic.js';
import { applyRules, parseRules } from '../../../src/core/rules.js';

describe('rules', () => {
  it('are read from the command line, the last one of a code wins', () => {
    expect(parseRules(['flow/cycle=off', 'ref/not-found=warn', 'flow/cycle=error'])).toEqual({
      'flow/cycle': 'error',
      'ref/not-found': 'warn',
    });
  });

  it.each([
    ['flow/cicle=off', 'no code "flow/cicle"', 'did you mean "flow/cycle"?'],
    ['nothing/like-it=off', 'no code "nothing/like-it"', 'see them with "membrane explain"'],
    [
      'flow/cycle=warning',
      '"flow/cycle=warning" is no rule',
      'write CODE=LEVEL, with one of off, warn, error: --rule flow/unreachable=off',
    ],
    [
      'flow/cycle',
      '"flow/cycle" is no rule',
      'write CODE=LEVEL, with one of off, warn, error: --rule flow/unreachable=off',
    ],
    ['toString=off', 'no code "toString"', 'see them with "membrane explain"'],
  ])('%s is refused', (text, message, hint) => {
    expect(() => parseRules([text])).toThrow(
      expect.objectContaining({ code: 'usage/argument', message, hint }) as Error,
    );
  });

  it('change how bad findings are, or take them out', () => {
    const span = fileSpan('/a.yaml');
    const found = [
      diagnostic('flow/cycle', 'a', span),
      diagnostic('flow/unreachable', 'b', span),
      diagnostic('project/empty', 'c', span),
      diagnostic('yaml/tag', 'd', span),
    ];
    const rules = { 'flow/cycle': 'warn', 'flow/unreachable': 'off', 'project/empty': 'error' } as const;
    expect(applyRules(found, rules).map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'warning flow/cycle',
      'error project/empty',
      'error yaml/tag',
    ]);
  });
});
