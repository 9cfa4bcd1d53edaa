import { Chalk } from 'chalk';
import { describe, expect, it } from 'vitest';
import { connect } from '../../../../src/cli/commands/connect.js';
import type { Prompts } from '../../../../src/cli/prompts.js';
import type { Connection } from '../../../../src/core/connection.js';
import { MembraneError } from '../../../../src/core/error.js';
import type { ConnectOptions, ConnectPlan, Membrane } from '../../../../src/membrane.js';
import { fakePrompts, fakeSession } from '../fake-session.js';

describe('at a terminal', () => {
  it('asks for what the connector needs', async () => {
    const prompts = fakePrompts(['k-1']);
    const { session, connected } = crm({ prompts });
    const result = await connect.run(session, ['crm'], {});
    expect(prompts.asked).toEqual([['secret', 'API key', { required: true }]]);
    expect(connected).toEqual([{ ...nothingChosen, input: { apiKey: 'k-1' } }]);
    expect(session.notes).toEqual(['how to get these: https://crm.example/keys']);
    const style = { color: new Chalk({ level: 0 }), terminal: false, columns: 80 };
    expect(await result.human?.(style)).toBe('connected "crm" (crm), secrets in the keychain');
  });

  it('asks which way to authenticate', async () => {
    const prompts = fakePrompts(['basic', 'k-1']);
    const { session, connected } = crm({ prompts, ways: ['token', 'basic'] });
    await connect.run(session, ['crm'], {});
    expect(prompts.asked[0]).toEqual([
      'choose',
      'How do you want to authenticate?',
      [
        { value: 'token', name: 'Token' },
        { value: 'basic', name: 'Basic' },
      ],
    ]);
    expect(connected).toEqual([{ ...nothingChosen, auth: 'basic', input: { apiKey: 'k-1' } }]);
  });

  it('replaces the credentials of an existing connection only when that is wanted', async () => {
    const { session, connected } = crm({ prompts: fakePrompts(['replace', 'k-2']), existing: ['crm'] });
    await connect.run(session, ['crm'], {});
    expect(connected).toEqual([{ ...nothingChosen, reconnect: true, input: { apiKey: 'k-2' } }]);
  });

  it('makes a second connection under another key', async () => {
    const prompts = fakePrompts(['second', 'sales', 'second', 'support', 'k-2']);
    const { session, connected } = crm({ prompts, existing: ['crm', 'sales'] });
    await connect.run(session, ['crm'], {});
    expect(connected).toEqual([{ ...nothingChosen, key: 'support', input: { apiKey: 'k-2' } }]);
  });

  it('offers the file where the keychain does not answer', async () => {
    const { session, connected } = crm({ prompts: fakePrompts(['k-1', true]), keychain: false });
    await connect.run(session, ['crm'], {});
    expect(connected).toEqual([{ ...nothingChosen, secrets: 'file', input: { apiKey: 'k-1' } }]);
    expect(session.notes.slice(1)).toEqual([
      'no keychain here',
      'to do so always: "secrets: file" in membrane.yaml, or MEMBRANE_SECRETS=file',
    ]);
  });

  it('does not fall back when the file is not wanted', async () => {
    const { session, connected } = crm({ prompts: fakePrompts(['k-1', false]), keychain: false });
    await expect(connect.run(session, ['crm'], {})).rejects.toMatchObject({ code: 'secrets/unavailable' });
    expect(connected).toEqual([]);
  });
});

describe('without a terminal', () => {
  it('takes what is given', async () => {
    const { session, connected } = crm({ stdin: '{"apiKey": "k-1"}' });
    const options = { input: '-', key: 'main', name: 'Main', test: false, secrets: 'file' };
    await connect.run(session, ['crm'], options);
    expect(connected).toEqual([
      {
        ...nothingChosen,
        key: 'main',
        name: 'Main',
        skipTest: true,
        secrets: 'file',
        input: { apiKey: 'k-1' },
      },
    ]);
  });

  it('names the flag that chooses a way to authenticate', async () => {
    const { session } = crm({ ways: ['token', 'basic'] });
    await expect(connect.run(session, ['crm'], {})).rejects.toMatchObject({
      code: 'usage/ambiguous',
      message: '"crm" offers several ways to authenticate: token, basic',
      hint: 'choose one: --auth token',
    });
  });

  it('does not choose the file by itself', async () => {
    const { session } = crm({ stdin: '{"apiKey": "k-1"}', keychain: false });
    await expect(connect.run(session, ['crm'], { input: '-' })).rejects.toMatchObject({
      code: 'secrets/unavailable',
    });
  });

  it('wants an object of fields', async () => {
    const { session } = crm({ stdin: '["k-1"]' });
    await expect(connect.run(session, ['crm'], { input: '-' })).rejects.toMatchObject({
      code: 'usage/argument',
      message: 'the input must be an object of fields',
    });
  });
});

const nothingChosen = {
  integration: 'crm',
  key: undefined,
  name: undefined,
  auth: undefined,
  reconnect: false,
  skipTest: false,
  secrets: undefined,
  // of this terminal; what it does is tested elsewhere
  consent: expect.anything() as unknown,
};

interface Crm {
  readonly prompts?: Prompts;
  readonly stdin?: string;
  readonly ways?: readonly string[];
  readonly existing?: readonly string[];
  readonly keychain?: boolean;
}

/** A project with the integration `crm`, and what was connected in it. */
function crm({ ways = [], existing = [], keychain = true, ...options }: Crm) {
  const connected: ConnectOptions[] = [];
  const connection = (key: string): Connection => ({
    id: '1',
    key,
    name: 'CRM',
    tenantKey: 'local',
    integrationKey: 'crm',
    secrets: 'keychain',
    createdAt: 0,
    updatedAt: 0,
    state: 'READY',
    disconnected: false,
  });
  const plan = ({ key = 'crm', auth }: ConnectOptions): ConnectPlan => ({
    integrationKey: 'crm',
    integrationName: 'CRM',
    connectionKey: key,
    ...(existing.includes(key) ? { existing: connection(key) } : {}),
    authType: 'client-credentials',
    missing: [],
    options:
      auth === undefined ? ways.map((way) => ({ key: way, name: way[0]?.toUpperCase() + way.slice(1) })) : [],
    inputSchema: {
      type: 'object',
      required: ['apiKey'],
      properties: { apiKey: { type: 'string', title: 'API key', isSensitive: true } },
    },
    helpUri: 'https://crm.example/keys',
    secrets: 'keychain',
  });
  const connections = {
    plan: (how: ConnectOptions) => Promise.resolve(plan(how)),
    connect: (how: ConnectOptions) => {
      if (!keychain && how.secrets !== 'file') {
        return Promise.reject(new MembraneError('secrets/unavailable', 'no keychain here'));
      }
      connected.push(how);
      return Promise.resolve(connection(how.key ?? 'crm'));
    },
  };
  // only what the command asks of a project
  const membrane = { connections } as unknown as Membrane;
  return { session: fakeSession({ ...options, membrane }), connected };
}
