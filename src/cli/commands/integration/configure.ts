import { MembraneError } from '../../../core/error.js';
import { isObject, type JsonObject } from '../../../core/json.js';
import { text, texts, type Command, type Options } from '../../command.js';
import {
  askParameters,
  configureOrFile,
  parameterHeadings,
  parameterRows,
} from '../../connector-parameters.js';
import { inputOptions, readInput } from '../../input.js';
import { renderTable } from '../../output/table.js';

export const integrationConfigure: Command = {
  path: 'integration configure',
  summary: 'give the parameters that a connector needs: client id and secret, addresses, …',
  description:
    'They are kept in the secret store, for every tenant of the project, and never shown again.\n' +
    'For scripts give secrets with --input - (standard input): what stands in arguments can be seen by others.',
  args: [{ name: 'key', summary: 'key of the integration', completes: 'element:integration' }],
  options: [
    ...inputOptions,
    { flags: '--unset <name>', summary: 'forget one', many: true },
    { flags: '--secrets <store>', summary: 'where to keep them', choices: ['keychain', 'file'] },
  ],
  examples: [
    'integration configure hubspot',
    'integration configure hubspot --input -',
    'integration configure hubspot --set clientId=abc --unset region',
  ],
  async run(session, [key = ''], options) {
    const membrane = await session.membrane();
    const { schema, parameters } = await membrane.integrations.plan(key);
    const given = requireFields(await readInput(session, options, schema));
    const unset = texts(options, 'unset');
    const isGiven = given !== undefined || unset.length > 0;
    if (!isGiven && session.prompts === undefined)
      throw nobodyAnswers(key, Object.keys(propertiesOf(schema)));
    const values =
      isGiven || session.prompts === undefined
        ? (given ?? {})
        : await askParameters(session.prompts, schema, parameters);
    const facts = await configureOrFile(session, membrane, key, { values, unset, secrets: storeOf(options) });
    return {
      data: facts,
      human: (style) => renderTable(parameterHeadings, parameterRows(facts.parameters), style),
      ...(facts.missing.length === 0 ? {} : { note: `still missing: ${facts.missing.join(', ')}` }),
    };
  },
};

function storeOf(options: Options): 'keychain' | 'file' | undefined {
  return text(options, 'secrets') as 'keychain' | 'file' | undefined; // commander admits nothing else
}

function propertiesOf(schema: JsonObject): JsonObject {
  const properties = schema['properties'];
  return isObject(properties) ? (properties as JsonObject) : {};
}

function requireFields(given: unknown): JsonObject | undefined {
  if (given === undefined || isObject(given)) return given as JsonObject | undefined;
  throw new MembraneError('usage/argument', 'parameters are an object of fields', {
    hint: `--input '{"clientId": "…"}'`,
  });
}

function nobodyAnswers(key: string, names: readonly string[]): MembraneError {
  return new MembraneError('usage/argument', `nobody can be asked for the parameters of "${key}"`, {
    hint: `give them on standard input: membrane integration configure ${key} --input -; they are ${names.join(', ')}`,
  });
}
