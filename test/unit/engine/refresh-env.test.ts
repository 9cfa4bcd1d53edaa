import { expect, it } from 'vitest';
import { openWiring } from '../../../src/wiring.js';
import {
  fakeClock,
  memoryConnections,
  memoryStore,
  memoryTenants,
  sequentialIds,
} from '../../support/memory-ports.js';
import { testProject } from '../../support/project.js';
import { answer, ask } from './refresh-world.js';
import { failure } from './world.js';

const connector = `name: CRM
auth:
  type: oauth2
  inputSchema:
    type: object
    properties: {clientSecret: {type: string, isSensitive: true}}
    required: [clientSecret]
  getOAuthConfig:
    type: mapping
    mapping:
      grantType: client_credentials
      clientId: app
      clientSecret: {$var: connectionParameters.clientSecret}
      clientAuthLocation: body
      tokenUri: https://id.example.com/token
  makeApiClient:
    type: mapping
    mapping:
      baseUri: https://api.example.com
      headers: {authorization: {$tpl: {template: 'Bearer {token}', values: {token: {$var: credentials.access_token}}}}}
`;

it('a connection of variables is refreshed in memory, and stores nothing', async () => {
  const { root } = await testProject({ 'membrane.yaml': '', 'connectors/crm/spec.yaml': connector });
  const clock = fakeClock();
  const store = memoryStore(clock);
  const connections = memoryConnections();
  let [issued, isDead] = [0, false];
  const { engine } = await openWiring({
    cwd: root,
    env: { MEMBRANE_SECRETS: 'env', MEMBRANE_SECRET_CRM_CLIENTSECRET: 'app-secret' },
    ports: {
      clock,
      connections,
      ids: sequentialIds(),
      tenants: memoryTenants(),
      store: async () => store,
      http: {
        async send({ url, headers }) {
          if (!url.startsWith('https://id.example.com/')) {
            const token = headers['authorization']?.replace('Bearer ', '');
            return token === `token-${issued}` ? answer(200, { token }) : answer(401, {});
          }
          if (isDead) return answer(400, { error: 'invalid_grant' });
          issued += 1;
          return answer(200, { access_token: `token-${issued}`, token_type: 'bearer', expires_in: 3600 });
        },
      },
    },
  });
  expect(await ask(engine)).toBe('token-1');
  await clock.move(54 * 60_000);
  expect(await ask(engine)).toBe('token-1');
  await clock.move(60_000);
  expect(await Promise.all([ask(engine), ask(engine)])).toEqual(['token-2', 'token-2']);
  issued += 1; // what was issued last is not accepted any more
  expect(await ask(engine)).toBe('token-4');
  expect([await connections.list('local'), await store.drawer('credentials-refresh').count({})]).toEqual([
    [],
    0,
  ]);
  isDead = true;
  issued += 1;
  expect(await failure(ask(engine))).toEqual({
    code: 'auth/invalid-grant',
    message: 'the grant of the connection "crm" has ended: "id.example.com" refuses the grant: invalid_grant',
    hint: 'set new values: MEMBRANE_SECRET_CRM_CLIENTSECRET, MEMBRANE_SECRET_CRM_ACCESS_TOKEN, MEMBRANE_SECRET_CRM_REFRESH_TOKEN',
  });
});

it('tokens that were got elsewhere are the credentials, where nobody can agree', async () => {
  const asked: string[] = [];
  const open = async (env: Record<string, string>) => {
    const { root } = await testProject({
      'membrane.yaml': '',
      'connectors/crm/spec.yaml': connector
        .replace(/  inputSchema:\n.*\n.*\n.*\n/, '')
        .replace('      grantType: client_credentials\n', '')
        .replace('{$var: connectionParameters.clientSecret}', 'app-secret'),
    });
    const clock = fakeClock();
    const store = memoryStore(clock);
    const { engine } = await openWiring({
      cwd: root,
      env: { MEMBRANE_SECRETS: 'env', ...env },
      ports: {
        clock,
        connections: memoryConnections(),
        ids: sequentialIds(),
        tenants: memoryTenants(),
        store: async () => store,
        http: {
          async send({ url, headers, body }) {
            if (url.startsWith('https://id.example.com/')) {
              const given = new URLSearchParams(String(body));
              asked.push(`${given.get('grant_type')} ${given.get('refresh_token')}`);
              return answer(200, { access_token: 'fresh', token_type: 'bearer', expires_in: 3600 });
            }
            const token = headers['authorization']?.replace('Bearer ', '');
            return answer(token === 'old' ? 401 : 200, { token });
          },
        },
      },
    });
    return engine;
  };
  const access = 'MEMBRANE_SECRET_CRM_ACCESS_TOKEN';
  const refresh = 'MEMBRANE_SECRET_CRM_REFRESH_TOKEN';
  expect(await ask(await open({ [access]: 'good' }))).toBe('good');
  expect(asked).toEqual([]);
  expect(await ask(await open({ [access]: 'old', [refresh]: 'r-1' }))).toBe('fresh');
  expect(await ask(await open({ [refresh]: 'r-2' }))).toBe('fresh');
  expect(asked).toEqual(['refresh_token r-1', 'refresh_token r-2']);
  expect(await failure(ask(await open({ [access]: 'old' })))).toMatchObject({
    code: 'auth/rejected',
    hint: `check the variables ${access}, ${refresh}`,
  });
});
