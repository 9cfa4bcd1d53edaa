import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { MembraneError } from '../../../src/core/error.js';
import { examine } from '../../../src/engine/doctor.js';
import { openWiring } from '../../../src/wiring.js';
import { memoryConnections, memorySecrets } from '../../support/memory-ports.js';
import { json, status, type Answer } from '../../support/server.js';
import { world } from './world.js';

const healthy = [
  { name: 'node', state: 'ok', message: 'Node.js is 20.19 or newer' },
  { name: 'state', state: 'ok', message: 'the state database opens' },
  { name: 'files', state: 'ok', message: 'the state folder is for its owner only' },
  { name: 'secrets', state: 'ok', message: 'the secret store "file" works' },
];

/** What is said beyond that all is well with the machine. */
async function beyond(checks: Promise<readonly { name: string }[]>) {
  const names = healthy.map(({ name }) => name);
  return (await checks).filter(({ name }) => !names.includes(name));
}

/** The answer of a server whose clock stands where the one of the tests does. */
const ofNewYear =
  (answer: Answer): Answer =>
  (response, request) => {
    response.setHeader('date', new Date(Date.UTC(2030, 0, 1)).toUTCString());
    return answer(response, request);
  };

describe('the doctor', () => {
  it('looks at everything, and tries each connection', async () => {
    const { membrane, connect, server, clock } = await world({}, { '/me': ofNewYear(json({})) });
    expect(await membrane.doctor()).toEqual([
      ...healthy,
      {
        name: 'connections',
        state: 'warning',
        message: 'tenant "local" has no connection yet',
        help: 'make one: membrane connect INTEGRATION',
      },
    ]);
    await connect();
    const fine = [
      { name: 'network', state: 'ok', message: `${server.host} answers` },
      { name: 'clock', state: 'ok', message: 'the clock agrees with those of the servers' },
      { name: 'connection crm', state: 'ok', message: 'the test request succeeds (0 ms)' },
    ];
    expect(await membrane.doctor()).toEqual([...healthy, ...fine]);
    await clock.move(10 * 60_000);
    expect(await beyond(membrane.doctor())).toEqual([
      fine[0],
      {
        name: 'clock',
        state: 'warning',
        message: 'the clock is 10 min fast: tokens seem older or younger than they are',
        help: 'set it: timedatectl set-ntp true (on Linux)',
      },
      fine[2],
    ]);
  });

  it('reports what fails, and goes on', async () => {
    const { open } = await world({});
    const failing = () =>
      Promise.reject(new MembraneError('store/unavailable', 'it is broken', { hint: 'mend it' }));
    const membrane = await open({
      ports: {
        store: failing,
        secrets: async () => ({ ...memorySecrets(), probe: failing }),
        connections: { ...memoryConnections(), list: failing },
      },
    });
    const broken = (name: string) => ({ name, state: 'failed', message: 'it is broken', help: 'mend it' });
    expect(await membrane.doctor()).toEqual([
      healthy[0],
      broken('state'),
      healthy[2],
      broken('secrets'),
      broken('connections'),
    ]);
  });

  it('says of each connection what is wrong with it, and sends nothing when it is offline', async () => {
    const { membrane, connect, ports, server } = await world({}, { '/me': ofNewYear(status(401)) });
    const { id } = await connect({ key: 'ended' });
    await ports.connections.update('local', id, {
      state: 'CLIENT_ACTION_REQUIRED',
      disconnected: true,
      error: { code: 'auth/invalid-grant', message: 'the grant has ended' },
    });
    await connect({ key: 'good' });
    const ended = {
      name: 'connection ended',
      state: 'failed',
      message: 'it is disconnected: the grant has ended',
      help: 'connect it again: membrane connection reconnect ended',
    };
    expect(await beyond(membrane.doctor({ offline: true }))).toEqual([
      ended,
      { name: 'connection good', state: 'ok', message: 'its credentials are there' },
    ]);
    expect(server.requests).toEqual([]);
    expect(await beyond(membrane.doctor())).toEqual([
      { name: 'network', state: 'ok', message: `${server.host} answers` },
      { name: 'clock', state: 'ok', message: 'the clock agrees with those of the servers' },
      ended,
      {
        name: 'connection good',
        state: 'failed',
        message: 'the API does not accept the credentials, it answered 401 to "GET /me"',
        help: 'connect it again: membrane connect crm --key good --reconnect',
      },
    ]);
  });

  it('names files that others can read, an old Node.js, and parameters that are missing', async () => {
    const parameters =
      'parametersSchema: {type: object, properties: {clientId: {type: string}}, required: [clientId]}\n';
    const auth = 'auth: {type: none, makeApiClient: {type: mapping, mapping: {baseUri: http://x}}}\n';
    const { membrane, root } = await world({
      'connectors/erp/spec.yaml': parameters + auth,
      '.membrane/notes.json': '{}',
    });
    await membrane.integrations.configure('erp', { values: { clientId: 'x' } });
    await membrane.connections.connect({ integration: 'erp' });
    await membrane.integrations.configure('erp', { unset: ['clientId'] });
    await chmod(path.join(root, '.membrane'), 0o700);
    await chmod(path.join(root, '.membrane/notes.json'), 0o644);
    expect(await membrane.doctor()).toEqual([
      healthy[0],
      healthy[1],
      {
        name: 'files',
        state: 'warning',
        message: 'others can read .membrane/notes.json',
        help: 'take their rights away: chmod -R go= .membrane',
      },
      healthy[3],
      {
        name: 'integration erp',
        state: 'failed',
        message: 'parameters are missing: clientId',
        help: 'give them: membrane integration configure erp',
      },
      { name: 'connection erp', state: 'ok', message: 'the connector has no test request' },
    ]);
    const { engine } = await openWiring({ cwd: root });
    const [node] = await examine(engine, {
      offline: true,
      openFiles: async () => [],
      node: { version: '18.20.1', needed: '20.19' },
      signal: new AbortController().signal,
    });
    expect(node).toEqual({
      name: 'node',
      state: 'warning',
      message: 'Node.js 18.20.1 is older than 20.19',
      help: 'install a newer one: https://nodejs.org',
    });
  });
});
