import { kind } from '../core/type-kinds.js';
import { itemOf } from '../core/type-property.js';
import { withoutNull } from '../core/type-union.js';
import { missing, unknown } from '../core/type.js';
import { checkKinds } from './argument-kinds.js';
import { describe } from './describe.js';
import { defineFormula } from './formula.js';
import { after, goOn, search } from './node.js';

export const firstNotEmptyFormula = defineFormula({
  name: '$firstNotEmpty',
  summary: 'The first of a list that is neither undefined nor null; what stands behind it is not evaluated.',
  schema: { type: 'array' },
  examples: [
    {
      title: 'a fallback',
      formula: { $firstNotEmpty: [{ $var: 'nickname' }, { $var: 'name' }] },
      variables: { nickname: null, name: 'Ada' },
      result: 'Ada',
    },
    {
      title: 'an empty text is something',
      formula: { $firstNotEmpty: ['', 'x'] },
      variables: {},
      result: '',
    },
  ],
  compile(argument, scope) {
    if (Array.isArray(argument)) {
      const parts = argument.map((part, index) => scope.compile(part, index));
      return search(
        parts,
        (value) => value ?? goOn,
        () => undefined,
      );
    }
    return after(scope.compile(argument), (list) => {
      if (list === undefined || list === null) return undefined;
      if (!Array.isArray(list))
        throw scope.error('formula/shape', `"$firstNotEmpty" takes a list, not ${describe(list)}`);
      return list.find((value) => value !== undefined && value !== null);
    });
  },
  type(argument, scope) {
    if (!Array.isArray(argument)) {
      const list = scope.typeOf(argument);
      checkKinds(scope, '"$firstNotEmpty"', list, kind.list, argument);
      const item = itemOf(scope.types, list.schema);
      return item.is === 'known' ? { ...withoutNull(scope.types, [item.type]), optional: true } : unknown;
    }
    const parts = argument.map((part, index) => scope.typeOfResult(part, index));
    return parts.length === 0 ? missing : withoutNull(scope.types, parts);
  },
});
