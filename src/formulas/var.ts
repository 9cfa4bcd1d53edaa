import { parseLocator } from '../core/locator.js';
import { defineFormula } from './formula.js';
import { reader } from './locate.js';

/** Two dots, or one at the end; a dot with a backslash before it belongs to a name. */
const emptyPart = /(?:^|[^\\])\.(?:\.|$)/;

export const varFormula = defineFormula({
  name: '$var',
  summary: 'The value at a locator in the variables; undefined where a part of the way is missing.',
  schema: { type: 'string', minLength: 1, literal: true },
  examples: [
    {
      title: 'a field',
      formula: { $var: '$.contact.name' },
      variables: { contact: { name: 'Ada Lovelace' } },
      result: 'Ada Lovelace',
    },
    {
      title: 'an item of a list; the leading $. may be left out',
      formula: { $var: 'contact.phones[0].number' },
      variables: { contact: { phones: [{ number: '1' }, { number: '2' }] } },
      result: '1',
    },
    { title: 'what is not there', formula: { $var: '$.contact.fax.number' }, variables: { contact: {} } },
  ],
  compile(argument, scope) {
    if (emptyPart.test(argument as string)) {
      const message = `the locator "${argument as string}" has an empty part`;
      scope.report({
        code: 'formula/shape',
        message,
        at: ['$var'],
        help: 'parts are joined by one dot, as in "$.a.b"',
      });
    }
    const path = parseLocator(argument as string);
    return { constant: false, async: false, evaluate: reader(path), path };
  },
  type: (argument, scope) => scope.typeAt(argument as string),
});
