import { systemClock } from './adapters/clock-system.js';
import { memoryTenants } from './adapters/connections-memory.js';
import { memoryStore } from './adapters/store-memory.js';
import { noNetwork } from './testing-hermetic.js';
import { openWiring } from './wiring.js';

/** The folder of the project around `cwd`. */
export async function projectRoot(cwd: string): Promise<string> {
  const { project, close } = await openToLook(cwd, true);
  await close();
  return project.root;
}

/** The project with ports that write nothing. */
export function openToLook(cwd: string, allowBare = false) {
  const store = memoryStore(systemClock);
  const ports = { http: noNetwork, tenants: memoryTenants(), store: async () => store };
  return openWiring({ cwd, allowBare, ports, env: { MEMBRANE_SECRETS: 'file' } });
}
