import type { JsonObject } from '../../core/json.js';
import type { Finding, RunContext } from '../../core/kind.js';
import type { JsonSchema } from '../../core/schema.js';
import { defineKind } from '../define-kind.js';
import { placesIn, within } from '../places.js';
import { anyFormula, choice, dataSchema } from '../schema-parts.js';
import { configRules } from '../typed-config.js';
import { configOf } from '../types/scope.js';
import { missingNeeds } from '../config/needs.js';
import { actionExamples } from './examples.js';
import { actionType, actionTypes } from './types/index.js';
import { actionOutput, typesOfAction } from './types-of-action.js';

const names = actionTypes.map((type) => type.name);

export const action = defineKind({
  name: 'action',
  folder: 'actions',
  summary: 'Does one thing in an external app or in your own, and gives its result.',
  serverFields: ['outputSchema'],
  fields: {
    type: choice(names, 'What the action does.'),
    inputSchema: dataSchema('What a run takes. Input is checked against it and gets its defaults.'),
    config: {
      type: 'object',
      description: 'How it is done; its fields depend on the type, their values may be formulas.',
    },
    outputMapping: anyFormula('The output, from "input" and "output". Default: the raw output.'),
    customOutputSchema: dataSchema(
      'What the output should look like; an output that does not fit is a warning.',
    ),
  },
  required: ['type'],
  rules: configRules(actionTypes),
  examples: actionExamples,
  places(value) {
    const own = placesIn(value, {
      schemas: [['inputSchema'], ['customOutputSchema']],
      formulas: [['outputMapping']],
    });
    return [...own, ...within(['config'], actionType(value)?.places(value['config']) ?? [])];
  },
  check,
  types: typesOfAction,
  outputType: actionOutput,
  inputSchema: (value) => value['inputSchema'] as JsonSchema | undefined,
  outputSchema: (value) => value['customOutputSchema'] as JsonSchema | undefined,
  needsConnection: (value) => actionType(value)?.needsConnection === true,
  run,
});

function check(value: JsonObject): Finding[] {
  const type = actionType(value);
  const { config } = value;
  const found = [...(type?.check?.(config) ?? []), ...missingNeeds(type?.name ?? '', config, type?.needs)];
  const at = config === undefined ? [] : ['config'];
  return found.map((finding) => ({ ...finding, path: [...at, ...finding.path] }));
}

async function run(ctx: RunContext, value: JsonObject): Promise<unknown> {
  const output = await actionType(value)?.run(ctx, configOf(value['config']));
  if (value['outputMapping'] === undefined) return output;
  return ctx.evaluate(['outputMapping'], { ...ctx.variables, input: ctx.input, output });
}
