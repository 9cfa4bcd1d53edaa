import { describe, expect, it } from 'vitest';
import { integrationConfigure } from '../../../../src/cli/commands/integration/configure.js';
import { askConnectorParameters } from '../../../../src/cli/connector-parameters.js';
import { MembraneError } from '../../../../src/core/error.js';
import type { ConfigureOptions, ConnectPlan, Membrane } from '../../../../src/membrane.js';
import { fakePrompts, fakeSession } from '../fake-session.js';

const schema = {
  type: 'object',
  properties: {
    clientId: { type: 'string', title: 'Client id' },
    clientSecret: { type: 'string', isSensitive: true },
    region: { type: 'string', default: 'eu' },
  },
  required: ['clientId', 'clientSecret'],
};

/** An integration whose client id is given already. */
function shop({ keychain = true } = {}) {
  const configured: [string, ConfigureOptions][] = [];
  const fact = (name: string, from?: string) => ({
    name,
    required: name !== 'region',
    from,
    variable: `V_${name}`,
  });
  const parameters = [fact('clientId', 'project'), fact('clientSecret'), fact('region', 'default')];
  const integrations = {
    plan: async () => ({ schema, parameters }),
    configure: async (key: string, options: ConfigureOptions) => {
      configured.push([key, options]);
      if (!keychain && options.secrets === undefined) {
        throw new MembraneError('secrets/unavailable', 'no keychain here', {});
      }
      return { key, name: key, parameters, missing: [], connections: [] };
    },
  };
  return { configured, membrane: { integrations } as unknown as Membrane };
}

describe('integration configure at a terminal', () => {
  it('asks for everything, secrets without echo; an empty answer keeps what is given', async () => {
    const { configured, membrane } = shop();
    const prompts = fakePrompts(['', 's-1', '']);
    await integrationConfigure.run(fakeSession({ membrane, prompts }), ['shop'], {});
    expect(prompts.asked).toEqual([
      ['text', 'Client id, empty to keep it', { required: false }],
      ['secret', 'clientSecret', { required: true }],
      ['text', 'region, empty to keep it', { required: false }],
    ]);
    expect(configured).toEqual([
      ['shop', { values: { clientSecret: 's-1' }, unset: [], secrets: undefined }],
    ]);
  });

  it('asks nobody for what the options say', async () => {
    const { configured, membrane } = shop();
    const prompts = fakePrompts([]);
    const options = { set: ['clientId=7'], unset: ['region'], secrets: 'file' };
    await integrationConfigure.run(fakeSession({ membrane, prompts }), ['shop'], options);
    expect(configured).toEqual([['shop', { values: { clientId: '7' }, unset: ['region'], secrets: 'file' }]]);
  });

  it('offers the file where the keychain does not answer', async () => {
    const { configured, membrane } = shop({ keychain: false });
    const session = fakeSession({ membrane, prompts: fakePrompts(['', 's-1', '', true]) });
    await integrationConfigure.run(session, ['shop'], {});
    expect(session.notes).toEqual(['no keychain here']);
    expect(configured.map(([, { secrets }]) => secrets)).toEqual([undefined, 'file']);
    const unwanted = fakeSession({ membrane, prompts: fakePrompts(['', 's-1', '', false]) });
    await expect(integrationConfigure.run(unwanted, ['shop'], {})).rejects.toThrow('no keychain here');
  });

  it('takes an object of fields, and nothing else', async () => {
    const session = fakeSession({ membrane: shop().membrane });
    await expect(integrationConfigure.run(session, ['shop'], { input: '[1]' })).rejects.toMatchObject({
      code: 'usage/argument',
      message: 'parameters are an object of fields',
    });
  });
});

describe('connecting a fresh project', () => {
  const plan = {
    integrationKey: 'shop',
    integrationName: 'Shop',
    missing: ['clientSecret'],
    redirectUri: 'http://127.0.0.1/callback',
  } as unknown as ConnectPlan;

  it('asks for what is missing first, and says what to register', async () => {
    const { configured, membrane } = shop();
    const prompts = fakePrompts(['s-1']);
    const session = fakeSession({ membrane, prompts });
    await askConnectorParameters(session, membrane, plan);
    expect(session.notes).toEqual([
      '"Shop" needs to know this of your app at the external service:',
      'register this redirect URI there: http://127.0.0.1/callback',
    ]);
    expect(prompts.asked).toEqual([['secret', 'clientSecret', { required: true }]]);
    expect(configured).toEqual([['shop', { values: { clientSecret: 's-1' } }]]);
  });

  it('asks nothing where nothing is missing, or nobody answers', async () => {
    const { configured, membrane } = shop();
    await askConnectorParameters(fakeSession({ membrane }), membrane, plan);
    const session = fakeSession({ membrane, prompts: fakePrompts([]) });
    await askConnectorParameters(session, membrane, { ...plan, missing: [] });
    expect(configured).toEqual([]);
  });
});
