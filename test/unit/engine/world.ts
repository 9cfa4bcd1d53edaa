import path from 'node:path';
import { onTestFinished } from 'vitest';
import { MembraneError } from '../../../src/core/error.js';
import type { Ports } from '../../../src/core/ports.js';
import { openMembrane, type Membrane, type OpenOptions } from '../../../src/membrane.js';
import {
  fakeClock,
  memoryConnections,
  memorySecrets,
  memoryStore,
  memoryTenants,
  sequentialIds,
} from '../../support/memory-ports.js';
import { testProject } from '../../support/project.js';
import { startServer, type Routes } from '../../support/server.js';

export const connector = `name: CRM
auth:
  type: client-credentials
  inputSchema:
    type: object
    properties:
      apiKey: {type: string, isSensitive: true}
      baseUri: {type: string}
    required: [apiKey, baseUri]
  makeApiClient:
    type: mapping
    mapping:
      baseUri: {$var: connectionParameters.baseUri}
      headers: {authorization: {$tpl: {template: 'Bearer {key}', values: {key: {$var: credentials.apiKey}}}}}
  test:
    type: rest-api-mapping
    mapping: {path: /me, method: get}
`;

/** An action that asks the external app for a path. */
export const get = (what: string): string =>
  `type: api-request-to-external-app\nconfig:\n  request:\n    path: ${what}\n    method: GET\n`;

/** Opens a project over memory ports; a second call shares the state with the first where it is given its ports. */
export async function world(files: Readonly<Record<string, string>>, routes: Routes = {}) {
  const { root } = await testProject({
    'membrane.yaml': '',
    'connectors/crm/spec.yaml': connector,
    ...files,
  });
  const server = await startServer(routes);
  onTestFinished(() => server.close());
  const clock = fakeClock();
  const secrets = memorySecrets();
  const store = memoryStore(clock);
  const ports = {
    clock,
    ids: sequentialIds(),
    connections: memoryConnections(),
    tenants: memoryTenants(),
    store: async () => store,
    secrets: async () => secrets,
  } satisfies Partial<Ports>;
  const open = (
    more: Partial<Pick<OpenOptions, 'tenant' | 'ports' | 'emit'>> & { env?: Record<string, string> } = {},
  ) =>
    openMembrane({
      cwd: root,
      env: { MEMBRANE_SECRETS: 'file', ...more.env },
      tenant: more.tenant,
      emit: more.emit,
      ports: { ...ports, ...more.ports },
    });
  const membrane = await open();
  /** Connects `crm` to the server. */
  const connect = (
    how: { key?: string; apiKey?: string; skipTest?: boolean; reconnect?: boolean } = {},
    of: Membrane = membrane,
  ) =>
    of.connections.connect({
      integration: 'crm',
      skipTest: true,
      ...how,
      input: { apiKey: how.apiKey ?? 'secret-key', baseUri: server.url },
    });
  return { root, server, clock, secrets, ports, open, membrane, connect };
}

/** What an expected error says, its span as `FILE:LINE:COLUMN`; anything else is thrown on. */
export async function failure(work: Promise<unknown>, root = ''): Promise<Record<string, unknown>> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    const { code, message, hint, span, diagnostics } = error;
    const at = (one: { file: string; line: number; column: number }) =>
      `${path.relative(root, one.file)}:${one.line}:${one.column}`;
    return {
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(span === undefined ? {} : { at: at(span) }),
      ...(diagnostics.length === 0
        ? {}
        : { frames: diagnostics.map((one) => `${at(one.span)} ${one.code}: ${one.message}`) }),
    };
  }
  throw new Error('it did not fail');
}
