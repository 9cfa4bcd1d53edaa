import { isObject } from '../core/json.js';
import { kind } from '../core/type-kinds.js';
import { perhaps } from '../core/type.js';
import { checkKinds } from './argument-kinds.js';
import { describe } from './describe.js';
import { defineFormula } from './formula.js';
import { after, afterBoth } from './node.js';
import { textOf } from './text.js';

export const concatFormula = defineFormula({
  name: '$concat',
  summary:
    'Texts put together, with a delimiter if one is given; empty parts are left out, and no part gives undefined.',
  schema: {
    anyOf: [
      { type: 'array' },
      {
        type: 'object',
        properties: { values: { type: 'array' }, delimiter: { type: 'string' } },
        required: ['values'],
        additionalProperties: false,
      },
    ],
  },
  examples: [
    {
      title: 'a list of texts',
      formula: { $concat: ['Hello, ', { $var: 'name' }] },
      variables: { name: 'Ada' },
      result: 'Hello, Ada',
    },
    {
      title: 'a delimiter stands between the parts that are not empty',
      formula: {
        $concat: { values: [{ $var: 'first' }, { $var: 'middle' }, { $var: 'last' }], delimiter: ' ' },
      },
      variables: { first: 'Ada', last: 'Lovelace' },
      result: 'Ada Lovelace',
    },
    { title: 'nothing to put together', formula: { $concat: [{ $var: 'first' }] }, variables: {} },
  ],
  compile(argument, scope) {
    const options = isObject(argument) && Object.hasOwn(argument, 'values') ? argument : undefined;
    const values =
      options === undefined ? scope.compile(argument) : scope.compile(options['values'], 'values');
    const join = (list: unknown, delimiter: unknown): unknown => {
      if (list === undefined || list === null) return undefined;
      if (!Array.isArray(list))
        throw scope.error('formula/shape', `"$concat" takes a list, not ${describe(list)}`);
      return joined(list, textOf(delimiter));
    };
    if (options?.['delimiter'] === undefined) return after(values, (list) => join(list, ''));
    const delimiter = scope.compile(options['delimiter'], 'delimiter');
    return afterBoth(values, delimiter, join);
  },
  type(argument, scope) {
    const options = isObject(argument) && Object.hasOwn(argument, 'values') ? argument : undefined;
    if (options === undefined) checkKinds(scope, '"$concat"', scope.typeOf(argument), kind.list, argument);
    else {
      const { values, delimiter } = options;
      const type = scope.typeOf(values, 'values');
      checkKinds(scope, '"values" of "$concat"', type, kind.list, values, 'values');
      scope.typeOf(delimiter, 'delimiter');
    }
    return perhaps({ type: 'string' });
  },
});

function joined(list: readonly unknown[], delimiter: string): string | undefined {
  let text: string | undefined;
  for (let index = 0; index < list.length; index += 1) {
    const piece = textOf(list[index]);
    if (piece !== '') text = text === undefined ? piece : text + delimiter + piece;
  }
  return text;
}
