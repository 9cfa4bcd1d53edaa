import { MembraneError } from '../core/error.js';
import type { DataLink, DataLinks, LinkDirection, LinkQuery, LinkRequest } from '../core/links.js';
import { didYouMean } from '../core/nearest.js';
import type { Drawer, Row } from '../core/ports.js';
import type { Engine } from './engine.js';

/** Whose links: of a connection, of the tenant that the engine works for. */
export interface LinkOwner {
  readonly id: string;
  readonly key: string;
  readonly integrationKey: string;
}

const directions: readonly LinkDirection[] = ['import', 'export'];
const pageSize = 500;

/** The links of one connection. Tables are looked for on its layers. */
export function linksOf(engine: Engine, owner: LinkOwner): DataLinks {
  return {
    async find(table, query) {
      const drawer = await openTable(engine, owner, table);
      return newest(engine, drawer, readQuery(query));
    },
    async create(table, link) {
      const drawer = await openTable(engine, owner, table);
      const rows = rowsFor(engine, link);
      await drawer.put(rows);
      return rows.map(linkOf);
    },
    async remove(table, query) {
      const drawer = await openTable(engine, owner, table);
      const found: string[] = [];
      for await (const row of matching(engine, drawer, readQuery(query))) found.push(row.id);
      await drawer.remove(engine.tenant, found);
      return found.length;
    },
  };
}

/**
 * The rows of the links of one table and connection: `parent` is the id in the user's app and `state` that in the
 * external app, so that both are found by an index. Rejects with `element/not-found` where there is no such table.
 */
export async function openTable(engine: Engine, owner: LinkOwner, table: string): Promise<Drawer> {
  requireTable(engine, owner, table);
  return (await engine.ports.store()).drawer(drawerName(owner.id, table));
}

/** Forgets all links of a connection that is deleted: nobody could reach them any more. */
export async function forgetLinks(engine: Engine, connectionId: string): Promise<void> {
  const store = await engine.ports.store();
  const tables = new Set(engine.project.list('data-link-table').map(({ ref }) => ref.key));
  for (const table of tables) await store.drawer(drawerName(connectionId, table)).prune({ keep: 0 });
}

/** What is stored of a link, one row each way. Rejects with `link/invalid`. */
export function rowsFor(engine: Engine, { appRecordId, externalRecordId, direction }: LinkRequest): Row[] {
  const app = readId(appRecordId, 'appRecordId');
  const external = readId(externalRecordId, 'externalRecordId');
  if (app === undefined || external === undefined) {
    throw invalid(`a data link needs an "${app === undefined ? 'appRecordId' : 'externalRecordId'}"`);
  }
  return readDirections(direction).map((way) => ({
    id: rowId(way, app, external),
    tenant: engine.tenant,
    time: engine.ports.clock.now(),
    parent: app,
    state: external,
    // links of the same millisecond are told apart by it: the newest one wins
    data: { direction: way, order: engine.ports.ids.next() },
  }));
}

export function linkOf({ parent = '', state = '', time, data }: Row): DataLink {
  const direction = data['direction'] === 'import' ? 'import' : 'export';
  return { appRecordId: parent, externalRecordId: state, direction, createdAt: time };
}

interface Wanted {
  readonly app: string | undefined;
  readonly external: string | undefined;
  readonly ways: readonly LinkDirection[];
}

/** Checks which links are meant. Rejects with `link/invalid`. */
export function readQuery({ appRecordId, externalRecordId, direction }: LinkQuery): Wanted {
  const app = readId(appRecordId, 'appRecordId');
  const external = readId(externalRecordId, 'externalRecordId');
  if (app === undefined && external === undefined) {
    throw invalid('a data link is found by "appRecordId", by "externalRecordId", or by both');
  }
  return { app, external, ways: readDirections(direction) };
}

async function newest(engine: Engine, drawer: Drawer, wanted: Wanted): Promise<DataLink | undefined> {
  let best: Row | undefined;
  for await (const row of matching(engine, drawer, wanted)) {
    if (best !== undefined && row.time < best.time) break;
    if (best === undefined || orderOf(row) > orderOf(best)) best = row;
  }
  return best === undefined ? undefined : linkOf(best);
}

/** Rows that fit, newest first. Ids that are both known name their rows. */
async function* matching(
  { tenant }: Engine,
  drawer: Drawer,
  { app, external, ways }: Wanted,
): AsyncGenerator<Row> {
  if (app !== undefined && external !== undefined) {
    const rows = await Promise.all(ways.map((way) => drawer.get(tenant, rowId(way, app, external))));
    yield* rows.filter((row) => row !== undefined).sort((a, b) => b.time - a.time);
    return;
  }
  const by = app === undefined ? { state: external ?? '' } : { parent: app };
  // most records have one link, or one each way
  for (let limit = 4, after: string | undefined; ; limit = pageSize) {
    const rows = await drawer.list({ tenant, ...by, limit, ...(after === undefined ? {} : { after }) });
    yield* rows.filter((row) => ways.includes(linkOf(row).direction));
    after = rows.at(-1)?.id;
    if (rows.length < limit) return;
  }
}

function drawerName(connectionId: string, table: string): string {
  return `data-links/${connectionId}/${table}`;
}

function rowId(direction: LinkDirection, app: string, external: string): string {
  return JSON.stringify([direction, app, external]);
}

function orderOf({ data }: Row): string {
  return typeof data['order'] === 'string' ? data['order'] : '';
}

/** An id as a text; undefined where none is given. */
function readId(id: unknown, name: string): string | undefined {
  if (id === undefined || id === null || id === '') return undefined;
  if (typeof id === 'string') return id;
  if (typeof id === 'bigint' || Number.isSafeInteger(id)) return String(id);
  throw invalid(
    typeof id === 'number'
      ? `"${name}" is ${id}, a number that is no exact id`
      : `"${name}" must be a text or a number`,
  );
}

function readDirections(direction: unknown): readonly LinkDirection[] {
  if (direction === undefined || direction === null || direction === 'both') return directions;
  const known = directions.find((way) => way === direction);
  if (known !== undefined) return [known];
  throw invalid(`${JSON.stringify(direction)} is no direction of a data link`);
}

function invalid(message: string): MembraneError {
  return new MembraneError('link/invalid', message, {
    hint: 'ids are texts or whole numbers; the directions are import, export and both',
    class: 'bad_request',
  });
}

function requireTable(engine: Engine, owner: LinkOwner, table: string): void {
  const scope = { integration: owner.integrationKey, connection: owner.key, tenant: engine.tenant };
  const element = engine.project.resolve('data-link-table', table, scope);
  if (element === undefined) {
    const names = new Set(engine.project.list('data-link-table').map(({ ref }) => ref.key));
    throw new MembraneError('element/not-found', `no data link table "${table}"`, {
      hint: didYouMean(table, names) ?? `make it: membrane new data-link-table ${table}`,
      class: 'configuration',
    });
  }
  if (!element.off) return;
  throw new MembraneError('element/off', `the data link table "${table}" is deactivated`, {
    hint: 'remove "isDeactivated: true" from its file',
    span: engine.project.locate(element, ['isDeactivated'], 'key'),
  });
}
