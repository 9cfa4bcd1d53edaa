import { MembraneError } from '../core/error.js';
import type { Secrets } from '../core/ports.js';

let probes = 0;

/** Rejects with what is wrong when a secret store cannot write, read back and remove. */
export async function probeByWriting(store: Pick<Secrets, 'read' | 'write' | 'remove'>): Promise<void> {
  // No tenant has an empty key. Two probes at once, of one process or of several, must not remove each other's entry.
  const address = { tenant: '', connection: 'probe', part: `${process.pid}-${(probes += 1)}` };
  await store.write(address, { probe: 'probe' });
  const back = await store.read(address);
  await store.remove(address);
  if (back?.['probe'] === 'probe') return;
  throw new MembraneError(
    'secrets/unavailable',
    'the secret store does not give back what was written to it',
    {
      hint: 'check that no other program cleans it up, and try again',
    },
  );
}
