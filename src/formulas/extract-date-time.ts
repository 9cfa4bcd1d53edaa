import { kind } from '../core/type-kinds.js';
import { perhaps } from '../core/type.js';
import { checkKinds } from './argument-kinds.js';
import { defineFormula, type Formula, type FormulaExample } from './formula.js';
import { instant } from './instant.js';
import { after } from './node.js';

export const extractDateFormula = extractFormula('$extractDate', 'date (YYYY-MM-DD)', 0, 10, [
  {
    title: 'in UTC',
    formula: { $extractDate: '2024-12-31T23:30:00-05:00' },
    variables: {},
    result: '2025-01-01',
  },
  { title: 'of no date', formula: { $extractDate: 'tomorrow' }, variables: {} },
]);

export const extractTimeFormula = extractFormula('$extractTime', 'time (HH:MM:SS)', 11, 19, [
  {
    title: 'in UTC',
    formula: { $extractTime: '2024-12-31T23:30:00-05:00' },
    variables: {},
    result: '04:30:00',
  },
  { title: 'of a date', formula: { $extractTime: '2024-02-03' }, variables: {}, result: '00:00:00' },
]);

function extractFormula(
  name: string,
  what: string,
  from: number,
  to: number,
  examples: FormulaExample[],
): Formula {
  return defineFormula({
    name,
    summary: `The ${what} of a date or date and time, in UTC; undefined for what is none.`,
    schema: { type: ['string', 'null'] },
    examples,
    compile(argument, scope) {
      return after(scope.compile(argument), (value) => {
        const time = typeof value === 'string' ? instant(value) : undefined;
        // ISO text of the years 0 to 9999, which are all that can be written, has its parts at fixed places.
        const text = time === undefined ? undefined : new Date(time).toISOString();
        return text?.length === 24 ? text.slice(from, to) : undefined;
      });
    },
    type(argument, scope) {
      checkKinds(scope, `"${name}"`, scope.typeOf(argument), kind.text, argument);
      return perhaps({ type: 'string' });
    },
  });
}
