import { parseLocator } from '../core/locator.js';
import { defineFormula } from './formula.js';
import { reader } from './locate.js';

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
  compile(argument) {
    const path = parseLocator(argument as string);
    return { constant: false, async: false, evaluate: reader(path), path };
  },
});
