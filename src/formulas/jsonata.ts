import { MembraneError } from '../core/error.js';
import { unknown } from '../core/type.js';
import { defineFormula, type Finding, type Scope } from './formula.js';
import type { Expression } from './jsonata-engine.js';

export const jsonataFormula = defineFormula({
  name: '$jsonata',
  summary: 'The result of a JSONata expression over the variables (https://docs.jsonata.org).',
  schema: { type: 'string', minLength: 1, literal: true },
  examples: [
    {
      title: 'a sum',
      formula: { $jsonata: '$sum(lines.(price * quantity))' },
      variables: {
        lines: [
          { price: 2, quantity: 3 },
          { price: 5, quantity: 1 },
        ],
      },
      result: 11,
    },
    { title: 'what is not there', formula: { $jsonata: 'lines[0].price' }, variables: { lines: [] } },
  ],
  compile(argument, scope) {
    const text = argument as string;
    scope.reportLater(() => syntaxProblem(text));
    let expression: Promise<Expression> | undefined;
    const evaluate = async (variables: unknown): Promise<unknown> => {
      expression ??= parse(text, scope);
      return (await expression)(variables);
    };
    return { constant: false, async: true, evaluate };
  },
  type: () => unknown,
});

/** The library is big: it is loaded by the first project that needs it. */
async function parse(text: string, scope: Scope): Promise<Expression> {
  const { parseExpression } = await import('./jsonata-engine.js');
  return parseExpression(text, scope);
}

async function syntaxProblem(text: string): Promise<Finding | undefined> {
  const scope = {
    timeMs: 0,
    error: (code: Finding['code'], message: string) => new MembraneError(code, message),
  };
  try {
    const { parseExpression } = await import('./jsonata-engine.js');
    parseExpression(text, scope);
    return undefined;
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    return { code: 'formula/jsonata', message: error.message, help: 'try it with "membrane formula eval"' };
  }
}
