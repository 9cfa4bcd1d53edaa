import { MembraneError } from '../../core/error.js';
import { isObject, type JsonObject } from '../../core/json.js';
import type { ConnectOptions, ConnectPlan, Membrane } from '../../membrane.js';
import { flag, text, type Command, type Option, type Options, type Result } from '../command.js';
import { askConnectorParameters } from '../connector-parameters.js';
import { consentOf, consentOptions } from '../consent.js';
import { withConnector } from '../copy-connector.js';
import { askFields } from '../fields.js';
import { inputOptions, readInput } from '../input.js';
import type { Session } from '../session.js';

/** Of everything that connects an account. */
export const connectOptions: readonly Option[] = [
  ...inputOptions,
  { flags: '--key <key>', summary: "key of the connection; default: the integration's" },
  { flags: '--name <name>', summary: 'what people call it' },
  { flags: '--auth <option>', summary: 'which way to authenticate, where there are several' },
  { flags: '--reconnect', summary: 'replace the credentials of the connection that has this key' },
  ...consentOptions,
  {
    flags: '--secrets <store>',
    summary: 'where to keep the secrets of this connection',
    choices: ['keychain', 'file'],
  },
  { flags: '--no-test', summary: "save without the connector's test request" },
];

export const connect: Command = {
  path: 'connect',
  summary: 'connect an account of an integration',
  description:
    'Asks for what the connector needs, tries it, and keeps it in the secret store of the project.\n' +
    'For scripts give it with --input - (standard input): what stands in arguments can be seen by others.\n' +
    'Where the app wants consent (OAuth), a browser opens there, and its answer comes back to this machine.\n' +
    'Without a browser here: --no-browser prints the address, open it anywhere, and paste the address that the\n' +
    'browser ends at. With --device you type a short code into any other device.\n' +
    'A connector that comes with the tool is copied into the project first, if you agree.',
  args: [{ name: 'integration', summary: 'key of the integration', completes: 'element:integration' }],
  options: connectOptions,
  examples: [
    'connect crm',
    'connect crm --key acme-crm --reconnect',
    'connect crm --input -',
    'connect crm --no-browser',
  ],
  run: (session, [integration = ''], options) => runConnect(session, integration, options),
};

export async function runConnect(session: Session, integration: string, options: Options): Promise<Result> {
  const asked = optionsOf(session, integration, options);
  const { membrane, chosen } = await withConnector(session, integration, async (opened) => ({
    membrane: opened,
    chosen: await chooseAuth(session, opened, asked),
  }));
  const { plan, how } = await settleKey(session, membrane, chosen);
  const configured = await askConnectorParameters(session, membrane, plan);
  const input = await gatherInput(session, plan, options);
  const connection = await connectOrFile(session, membrane, plan, {
    ...how,
    input,
    ...(configured ? { configured } : {}),
  });
  return {
    data: connection,
    human: ({ color }) =>
      `${color.green('connected')} "${connection.key}" (${connection.integrationKey}), secrets in the ${where(connection.secrets)}`,
  };
}

function optionsOf(session: Session, integration: string, options: Options): ConnectOptions {
  return {
    integration,
    key: text(options, 'key'),
    name: text(options, 'name'),
    auth: text(options, 'auth'),
    reconnect: flag(options, 'reconnect'),
    skipTest: options['test'] === false,
    secrets: text(options, 'secrets') as 'keychain' | 'file' | undefined,
    consent: consentOf(session, options),
  };
}

/** What is to be asked, and the choices that led there. */
interface Planned {
  readonly plan: ConnectPlan;
  readonly how: ConnectOptions;
}

/** The plan once one way to authenticate is chosen. */
async function chooseAuth(session: Session, membrane: Membrane, how: ConnectOptions): Promise<Planned> {
  const plan = await membrane.connections.plan(how);
  if (plan.options.length === 0 || how.auth !== undefined) return { plan, how };
  const keys = plan.options.map(({ key }) => key);
  if (session.prompts === undefined) {
    throw new MembraneError(
      'usage/ambiguous',
      `"${plan.integrationKey}" offers several ways to authenticate: ${keys.join(', ')}`,
      {
        hint: `choose one: --auth ${keys[0]}`,
        data: { choices: keys, flag: '--auth' },
      },
    );
  }
  const auth = await session.prompts.choose(
    'How do you want to authenticate?',
    plan.options.map(({ key, name }) => ({ value: key, name })),
  );
  const chosen = { ...how, auth };
  return { plan: await membrane.connections.plan(chosen), how: chosen };
}

/** An existing connection is only replaced when that is wanted; a second one needs a key of its own. */
async function settleKey(session: Session, membrane: Membrane, { plan, how }: Planned): Promise<Planned> {
  if (plan.existing === undefined || how.reconnect === true || session.prompts === undefined) {
    return { plan, how };
  }
  const choice = await session.prompts.choose(`There is a connection "${plan.connectionKey}" already.`, [
    { value: 'replace', name: 'replace its credentials' },
    { value: 'second', name: 'make a second connection' },
  ]);
  if (choice === 'replace') return { plan, how: { ...how, reconnect: true } };
  const second = { ...how, key: await session.prompts.text('Key of the second connection') };
  return settleKey(session, membrane, { plan: await membrane.connections.plan(second), how: second });
}

async function gatherInput(session: Session, plan: ConnectPlan, options: Options): Promise<JsonObject> {
  const given = (await readInput(session, options, plan.inputSchema)) ?? {};
  if (!isObject(given)) {
    throw new MembraneError('usage/argument', 'the input must be an object of fields', {
      hint: `--input '{"apiKey": "…"}'`,
    });
  }
  if (session.prompts === undefined || plan.inputSchema === undefined) return given;
  if (plan.helpUri !== undefined) session.output.note(`how to get these: ${plan.helpUri}`);
  return askFields(session.prompts, plan.inputSchema, given);
}

/** Where the keychain does not answer, a person may choose the file instead; nothing falls back by itself. */
async function connectOrFile(session: Session, membrane: Membrane, plan: ConnectPlan, how: ConnectOptions) {
  try {
    const work = membrane.connections.connect(how);
    // who is sent to a browser is shown what to do there
    return await (plan.redirectUri === undefined ? session.output.progress('connecting', work) : work);
  } catch (error) {
    const noStore =
      error instanceof MembraneError &&
      (error.code === 'secrets/unavailable' || error.code === 'secrets/locked');
    if (!noStore || session.prompts === undefined) throw error;
    session.output.note(error.message);
    const question = 'Keep the secrets of this connection in an encrypted file instead?';
    if (!(await session.prompts.confirm(question, false))) throw error;
    session.output.note('to do so always: "secrets: file" in membrane.yaml, or MEMBRANE_SECRETS=file');
    return membrane.connections.connect({ ...how, secrets: 'file' });
  }
}

function where(store: string): string {
  return store === 'file' ? 'encrypted file' : store;
}
