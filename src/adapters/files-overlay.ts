import type { Files } from '../core/ports.js';

/** Files as they would be if those were kept that are made: what is below stays as it is. */
export function filesOverlay(below: () => Promise<Files>, above: Files): Files {
  return {
    create: (about) => above.create(about),
    get: async (tenant, id) => (await above.get(tenant, id)) ?? (await below()).get(tenant, id),
    async *open(file) {
      const made = await above.get(file.tenant, file.id);
      yield* (made === undefined ? await below() : above).open(file);
    },
    remove: (tenant, id) => above.remove(tenant, id),
    prune: (limits) => above.prune(limits),
    sweep: () => above.sweep(),
  };
}
