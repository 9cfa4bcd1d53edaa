import type { Connection } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import { listConnections, testConnection } from './connections.js';
import type { Engine } from './engine.js';

export interface DoctorCheck {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly message: string;
  /** What to do about it. */
  readonly help?: string;
}

/** Looks at everything that a run needs, one thing after the other, and says what is wrong and what to do. */
export async function examine(engine: Engine, signal: AbortSignal): Promise<DoctorCheck[]> {
  const checks = [
    await check('state', async () => {
      const store = await engine.ports.store();
      await store.drawer('action-run').count({ tenant: engine.tenant });
      return 'the state database opens';
    }),
    await check('secrets', async () => {
      const store = await engine.ports.secrets(engine.secrets);
      await store.probe();
      return `the secret store "${engine.secrets}" works`;
    }),
  ];
  let connections: readonly Connection[] = [];
  const listed = await check('connections', async () => {
    connections = await listConnections(engine);
    return `tenant "${engine.tenant}" has ${connections.length}`;
  });
  if (listed.state === 'failed') checks.push(listed);
  else if (connections.length === 0) {
    const help = 'make one: membrane connect INTEGRATION';
    checks.push({
      name: 'connections',
      state: 'warning',
      message: `tenant "${engine.tenant}" has no connection yet`,
      help,
    });
  }
  for (const { key } of connections) {
    checks.push(
      await check(`connection ${key}`, async () => {
        const { tested, ms } = await testConnection(engine, key, signal);
        return tested ? `the test request succeeds (${ms} ms)` : 'the connector has no test request';
      }),
    );
  }
  return checks;
}

async function check(name: string, examineOne: () => Promise<string>): Promise<DoctorCheck> {
  try {
    return { name, state: 'ok', message: await examineOne() };
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    const { message, hint } = error;
    return { name, state: 'failed', message, ...(hint === undefined ? {} : { help: hint }) };
  }
}
