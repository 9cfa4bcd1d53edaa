import type { Json } from '../core/json.js';
import type { DataLink, DataLinks, LinkQuery } from '../core/links.js';
import type { Instead, Unsent } from './client-instead.js';

/** Something that a run would have changed, had it not been dry. */
export type DryWrite = {
  /** Key of the node; absent where no node of a flow did it. */
  readonly node?: string;
  /** Id of the node run. */
  readonly nodeRun?: string;
} & (({ readonly does: 'request' } & Unsent) | DryLink);

type DryLink = { readonly table: string } & (
  | ({ readonly does: 'link' } & Pick<DataLink, 'appRecordId' | 'externalRecordId' | 'direction'>)
  | ({ readonly does: 'unlink'; readonly links: number } & LinkQuery)
);

/** Notes what a run would change. */
export interface DryRun {
  /** In the order in which they would have been made. */
  readonly writes: readonly DryWrite[];
  guard(of?: { readonly node: string; readonly nodeRun: string }): DryGuard;
}

/** Keeps one node run, or one action, from changing anything. */
export interface DryGuard {
  readonly request: Instead;
  readonly link: (change: DryLink) => void;
  /** Whether it would have changed anything. */
  wrote(): boolean;
}

/** What stands in for what an API would have answered. */
export const standIn: Json = { id: 'dry-run' };

export function openDryRun(): DryRun {
  const writes: DryWrite[] = [];
  return {
    writes,
    guard(of = undefined) {
      let wrote = false;
      const note = (write: DryWrite): void => {
        wrote = true;
        writes.push({ ...of, ...write });
      };
      return {
        request: (request) => {
          note({ does: 'request', ...request });
          return standIn;
        },
        link: note,
        wrote: () => wrote,
      };
    },
  };
}

/** Links that are noted as they are made. Those of a dry run go to a store that is gone after it. */
export function notedLinks(links: DataLinks, guard: DryGuard): DataLinks {
  return {
    find: (table, query) => links.find(table, query),
    async create(table, link) {
      const made = await links.create(table, link);
      for (const { appRecordId, externalRecordId, direction } of made)
        guard.link({ does: 'link', table, appRecordId, externalRecordId, direction });
      return made;
    },
    async remove(table, query) {
      const { appRecordId, externalRecordId, direction } = query;
      const count = await links.remove(table, query);
      guard.link({ does: 'unlink', table, links: count, appRecordId, externalRecordId, direction });
      return count;
    },
  };
}
