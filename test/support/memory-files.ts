import { createHash } from 'node:crypto';
import { MembraneError } from '../../src/core/error.js';
import type { StoredFile } from '../../src/core/file.js';
import type { Clock, Files, Ids } from '../../src/core/ports.js';

/** Files that nobody else sees, and that are gone with the test. */
export function memoryFiles({ ids, clock }: { ids: Ids; clock: Clock }): Files & { all(): StoredFile[] } {
  const kept = new Map<string, { file: StoredFile; bytes: Buffer }>();
  const get: Files['get'] = async (tenant, id) => {
    const file = kept.get(id)?.file;
    return file?.tenant === tenant ? file : undefined;
  };
  return {
    all: () => [...kept.values()].map(({ file }) => file),
    get,
    async create({ tenant, name, type }) {
      const chunks: Uint8Array[] = [];
      const id = ids.next();
      let open = true;
      return {
        async write(chunk) {
          chunks.push(Buffer.from(chunk));
        },
        async commit() {
          open = false;
          const bytes = Buffer.concat(chunks);
          const sha256 = createHash('sha256').update(bytes).digest('hex');
          const file = { id, tenant, name, type, size: bytes.length, sha256, time: clock.now() };
          kept.set(id, { file, bytes });
          return file;
        },
        async discard() {
          if (open) chunks.length = 0;
        },
      };
    },
    async *open({ id, name }) {
      const found = kept.get(id);
      if (found === undefined) {
        throw new MembraneError('files/not-found', `the bytes of the file "${name}" cannot be read`, {
          hint: 'it was removed meanwhile, or is not readable: bring it in again',
        });
      }
      yield found.bytes;
    },
    async remove(tenant, id) {
      return (await get(tenant, id)) !== undefined && kept.delete(id);
    },
    async prune({ before = 0, keep = Infinity }) {
      const newest = [...kept.keys()].sort().reverse();
      const old = newest.filter((id, index) => index >= keep || (kept.get(id)?.file.time ?? 0) < before);
      for (const id of old) kept.delete(id);
      return old.length;
    },
    sweep: async () => 0,
  };
}
