import { MembraneError } from '../../core/error.js';
import type { FunctionContext, FunctionType } from '../../core/function.js';
import { isObject, valueAt, type JsonObject } from '../../core/json.js';
import { runOperation } from '../call-operation.js';
import { placesIn } from '../places.js';
import { anyFormula, object, text } from '../schema-parts.js';
import { withVariables } from '../types/variables.js';
import { operationTypes } from '../config/operation.js';
import { typeField } from './type-field.js';

export const operationMapping: FunctionType = {
  name: 'operation-mapping',
  files: ['.op.yml', '.op.yaml'],
  content: 'mapping',
  summary: 'A call of an operation of the same connector.',
  schema: object(
    'A mapping to an operation.',
    {
      type: typeField('operation-mapping'),
      mapping: object(
        'The operation, its input, and what its output means.',
        {
          operationKey: text('Key of an operation of the connector.'),
          inputMapping: anyFormula('The input of the operation.'),
          outputMapping: anyFormula('The result; its formulas also see the output of the operation.'),
        },
        ['operationKey'],
      ),
    },
    ['type', 'mapping'],
  ),
  places: (value) =>
    placesIn(value, {
      formulas: [
        ['mapping', 'inputMapping'],
        ['mapping', 'outputMapping'],
      ],
      refs: [[['mapping', 'operationKey'], 'operation']],
    }),
  types(value, { variables, result }, world) {
    const { input, output } = operationTypes(valueAt(value, ['mapping', 'operationKey']), world);
    return [
      { at: ['mapping', 'inputMapping'], variables, target: input },
      { at: ['mapping', 'outputMapping'], variables: withVariables(variables, { output }), target: result },
    ];
  },
  run,
};

async function run(ctx: FunctionContext, value: JsonObject): Promise<unknown> {
  if (ctx.others === undefined) {
    throw new MembraneError(
      'run/unsupported',
      'an "operation-mapping" function cannot run an operation here',
      {
        hint: 'here a function only computes: write it as a "mapping"',
      },
    );
  }
  const mapping = isObject(value['mapping']) ? value['mapping'] : {};
  const input = mapping['inputMapping'] === undefined ? {} : await ctx.evaluate(['mapping', 'inputMapping']);
  const output = await runOperation(ctx.others, mapping['operationKey'], input ?? {});
  if (mapping['outputMapping'] === undefined) return output;
  return ctx.evaluate(['mapping', 'outputMapping'], { ...ctx.variables, output });
}
