import { onTestFinished } from 'vitest';
import type { Diagnostic } from '../../../../src/core/diagnostic.js';
import { MembraneError } from '../../../../src/core/error.js';
import { openMembrane } from '../../../../src/membrane.js';
import { crmProject } from '../../../support/crm-project.js';
import { startCrmServer, token } from '../../../support/crm-server.js';
import {
  fakeClock,
  memoryConnections,
  memorySecrets,
  memoryStore,
  memoryTenants,
  sequentialIds,
} from '../../../support/memory-ports.js';
import { testProject } from '../../../support/project.js';

/** The CRM project over memory ports, both of its connections at one server. */
export async function crmWorld(
  files: Readonly<Record<string, string>> = {},
  options: { readonly contacts?: number; readonly token?: string } = {},
) {
  const { root } = await testProject({ ...crmProject, ...files });
  const server = await startCrmServer(options);
  onTestFinished(() => server.close());
  const clock = fakeClock();
  const [store, secrets] = [memoryStore(clock), memorySecrets()];
  const membrane = await openMembrane({
    cwd: root,
    env: { MEMBRANE_SECRETS: 'file' },
    ports: {
      clock,
      ids: sequentialIds(),
      connections: memoryConnections(),
      tenants: memoryTenants(),
      store: async () => store,
      secrets: async () => secrets,
    },
  });
  onTestFinished(() => membrane.close());
  for (const integration of ['rest', 'graph']) {
    await membrane.connections.connect({
      integration,
      skipTest: true,
      input: { token: options.token ?? token, baseUri: server.url },
    });
  }
  const warnings: string[] = [];
  const rest = { connection: 'rest', warn: ({ message }: Diagnostic) => void warnings.push(message) };
  return {
    root,
    server,
    membrane,
    data: membrane.data,
    warnings,
    rest,
    graph: { ...rest, connection: 'graph' },
  };
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** What an expected error says; anything else is thrown on. */
export async function failed(work: Promise<unknown>): Promise<Record<string, unknown>> {
  const result: unknown = await work.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  if (!(result instanceof MembraneError)) throw result;
  const { code, message, hint } = result;
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}
