import humanparser from 'humanparser';
import { kind } from '../core/type-kinds.js';
import { perhaps } from '../core/type.js';
import { checkKinds } from './argument-kinds.js';
import { defineFormula, type Formula, type FormulaExample } from './formula.js';
import { after } from './node.js';

/** A longer text is no name of a person; the parser needs more than linear time for it. */
const longest = 500;

export const firstNameFormula = nameFormula('$firstName', 'first', firstName, [
  { title: 'of a full name', formula: { $firstName: 'Dr. Ada Lovelace' }, variables: {}, result: 'Ada' },
  { title: 'one word is a last name', formula: { $firstName: 'Cher' }, variables: {} },
]);

export const lastNameFormula = nameFormula('$lastName', 'last', lastName, [
  {
    title: 'of a full name',
    formula: { $lastName: 'Mary Ann van der Berg' },
    variables: {},
    result: 'van der Berg',
  },
  {
    title: 'of a name that begins with it',
    formula: { $lastName: 'Smith, John' },
    variables: {},
    result: 'Smith',
  },
]);

function nameFormula(
  name: string,
  which: string,
  pick: (text: string) => string | undefined,
  examples: readonly FormulaExample[],
): Formula {
  return defineFormula({
    name,
    summary: `The ${which} name in the full name of a person; undefined where there is none.`,
    schema: { type: ['string', 'null'] },
    examples,
    compile(argument, scope) {
      return after(scope.compile(argument), (value) => {
        if (typeof value !== 'string' || value.length > longest) return undefined;
        const words = value.split(/\s+/).filter((word) => word !== '');
        // A comma without anything behind it says nothing.
        const text = words.join(' ').replace(/[ ,]+$/, '');
        return text === '' ? undefined : pick(text) || undefined;
      });
    },
    type(argument, scope) {
      checkKinds(scope, `"${name}"`, scope.typeOf(argument), kind.text, argument);
      return perhaps({ type: 'string' });
    },
  });
}

function firstName(text: string): string | undefined {
  const { firstName, lastName } = humanparser.parseName(text);
  return lastName ? firstName : undefined;
}

/** Where only one word is left, without titles and suffixes, it is the last name. */
function lastName(text: string): string | undefined {
  const { firstName, lastName } = humanparser.parseName(text);
  return lastName || firstName;
}
