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
});
