import { isObject } from '../core/json.js';
import { surely } from '../core/type.js';
import { describe } from './describe.js';
import { defineFormula } from './formula.js';
import { after } from './node.js';
import { textOf } from './text.js';

export const tplFormula = defineFormula({
  name: '$tpl',
  summary: 'A text in which each {name} is replaced by a value; a name without a value stays as it is.',
  schema: {
    type: 'object',
    properties: { template: { type: 'string', literal: true }, values: { type: 'object' } },
    required: ['template'],
    additionalProperties: false,
    literal: true,
  },
  examples: [
    {
      title: 'a greeting',
      formula: { $tpl: { template: 'Hello, {name}!', values: { name: { $var: 'contact.name' } } } },
      variables: { contact: { name: 'Ada' } },
      result: 'Hello, Ada!',
    },
    {
      title: 'a value that is missing is empty, a name that is unknown stays',
      formula: { $tpl: { template: '[{name}] {other}', values: { name: { $var: 'contact.name' } } } },
      variables: {},
      result: '[] {other}',
    },
  ],
  compile(argument, scope) {
    const { template, values = {} } = argument as { template: string; values?: unknown };
    // Texts at even places, names at odd ones.
    const pieces = template.split(/\{([^{}]*)\}/);
    // Of a formula this is its own name, which no template uses: there only what it gives is known.
    const named = new Set(Object.keys(values as object));
    return after(scope.compile(values, 'values'), (resolved) => {
      const fields = resolved ?? {};
      if (!isObject(fields)) {
        throw scope.error('formula/shape', `"values" of "$tpl" takes an object, not ${describe(fields)}`);
      }
      let text = '';
      for (const [index, piece] of pieces.entries()) {
        if (index % 2 === 0) text += piece;
        else if (Object.hasOwn(fields, piece)) text += textOf(fields[piece]);
        else text += named.has(piece) ? '' : `{${piece}}`;
      }
      return text;
    });
  },
  type(argument, scope) {
    scope.typeOf((argument as { values?: unknown }).values, 'values');
    return surely({ type: 'string' });
  },
});
