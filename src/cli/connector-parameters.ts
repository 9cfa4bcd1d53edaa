import { MembraneError } from '../core/error.js';
import { isObject, type JsonObject } from '../core/json.js';
import type {
  ConfigureOptions,
  ConnectPlan,
  IntegrationFacts,
  Membrane,
  ParameterFact,
} from '../membrane.js';
import { askFields } from './fields.js';
import type { Prompts } from './prompts.js';
import type { Session } from './session.js';

export const parameterHeadings = ['parameter', 'value', 'variable'];

/** What is known of parameters, for people; values are never shown. */
export function parameterRows(parameters: readonly ParameterFact[]): string[][] {
  const words = {
    default: 'default',
    project: 'in the project',
    configured: 'set',
    environment: 'from the variable',
  };
  return parameters.map(({ name, required, from, variable }) => {
    const none = required ? 'missing' : '–';
    return [name, from === undefined ? none : words[from], variable];
  });
}

/** Asks for parameters; an empty answer leaves those as they are that are given already. */
export async function askParameters(
  prompts: Prompts,
  schema: JsonObject,
  parameters: readonly ParameterFact[],
): Promise<JsonObject> {
  const given = new Set(parameters.filter(({ from }) => from !== undefined).map(({ name }) => name));
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const fields = Object.entries(properties).map(([name, field]) => {
    if (!given.has(name) || !isObject(field)) return [name, field];
    // no default either: what is given must not be replaced by pressing return
    const { default: _, ...rest } = field as JsonObject;
    const title = typeof field['title'] === 'string' ? field['title'] : name;
    return [name, { ...rest, title: `${title}, empty to keep it` }];
  });
  const required = parameters.filter((one) => one.required && one.from === undefined).map(({ name }) => name);
  return askFields(
    prompts,
    { ...schema, properties: Object.fromEntries(fields), required } as JsonObject,
    {},
  );
}

/**
 * Asks for what the connector needs and nobody has given yet, and keeps it, before an account is connected. Says
 * what to register at the external app. Without a terminal the connect itself says what is missing. Gives whether
 * somebody was asked.
 */
export async function askConnectorParameters(
  session: Session,
  membrane: Membrane,
  { integrationKey, integrationName, missing, redirectUri }: ConnectPlan,
): Promise<boolean> {
  if (missing.length === 0 || session.prompts === undefined) return false;
  const { schema } = await membrane.integrations.plan(integrationKey);
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const fields = Object.fromEntries(missing.map((name) => [name, properties[name] ?? {}]));
  session.output.note(`"${integrationName}" needs to know this of your app at the external service:`);
  if (redirectUri !== undefined) session.output.note(`register this redirect URI there: ${redirectUri}`);
  const asked = { ...schema, properties: fields, required: [...missing] } as JsonObject;
  const values = await askFields(session.prompts, asked, {});
  await configureOrFile(session, membrane, integrationKey, { values });
  return true;
}

/** Where the keychain does not answer, a person may choose the file instead; nothing falls back by itself. */
export async function configureOrFile(
  session: Session,
  membrane: Membrane,
  key: string,
  options: ConfigureOptions,
): Promise<IntegrationFacts> {
  try {
    return await membrane.integrations.configure(key, options);
  } catch (error) {
    const noStore =
      error instanceof MembraneError &&
      (error.code === 'secrets/unavailable' || error.code === 'secrets/locked');
    if (!noStore || session.prompts === undefined) throw error;
    session.output.note(error.message);
    const question = 'Keep these parameters in an encrypted file instead?';
    if (!(await session.prompts.confirm(question, false))) throw error;
    return membrane.integrations.configure(key, { ...options, secrets: 'file' });
  }
}
