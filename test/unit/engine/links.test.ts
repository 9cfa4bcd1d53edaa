import { describe, expect, it } from 'vitest';
import type { DataLink } from '../../../src/core/links.js';
import { failure, world } from './world.js';

const table = { 'data-link-tables/contacts.yaml': 'name: Contacts\n' };

async function linked() {
  const made = await world(table);
  await made.connect();
  return { ...made, links: made.membrane.links };
}

const short = (link: DataLink | undefined): string | undefined =>
  link && `${link.appRecordId} ${link.direction} ${link.externalRecordId}`;

async function all(links: AsyncIterable<DataLink>): Promise<string[]> {
  const found: string[] = [];
  for await (const link of links) found.push(short(link) ?? '');
  return found;
}

describe('links', () => {
  it('are made each way unless a direction is given, and found from both ends', async () => {
    const { links } = await linked();
    const made = await links.create('contacts', { appRecordId: 7, externalRecordId: 'x' });
    await links.create('contacts', { appRecordId: '8', externalRecordId: 'y', direction: 'export' });

    expect(made.map(short)).toEqual(['7 import x', '7 export x']);
    expect(short(await links.find('contacts', { appRecordId: '7', direction: 'import' }))).toBe('7 import x');
    expect(short(await links.find('contacts', { externalRecordId: 'y' }))).toBe('8 export y');
    expect(await links.find('contacts', { externalRecordId: 'y', direction: 'import' })).toBeUndefined();
    expect(short(await links.find('contacts', { appRecordId: 8, externalRecordId: 'y' }))).toBe('8 export y');
    expect(await links.find('contacts', { appRecordId: 7, externalRecordId: 'y' })).toBeUndefined();
  });

  it('are the same when made again, and the newest of several counts, also within a millisecond', async () => {
    const { links } = await linked();
    for (const externalRecordId of ['a', 'c', 'b', 'a', 'b', 'c', 'a']) {
      await links.create('contacts', { appRecordId: '7', externalRecordId, direction: 'export' });
    }
    expect((await links.list('contacts')).total).toBe(3);
    expect(short(await links.find('contacts', { appRecordId: '7' }))).toBe('7 export a');
  });

  it('of which one record has very many are told apart', async () => {
    const { links, clock } = await linked();
    const items = async function* () {
      for (let i = 0; i < 1200; i += 1)
        yield { appRecordId: '7', externalRecordId: `x${i}`, direction: 'export' };
    };
    expect(await links.import('contacts', items())).toEqual({ imported: 1200 });
    await clock.move(1);
    await links.create('contacts', { appRecordId: '7', externalRecordId: 'in', direction: 'import' });
    expect(short(await links.find('contacts', { appRecordId: '7' }))).toBe('7 import in');
    expect(short(await links.find('contacts', { appRecordId: '7', direction: 'export' }))).toBe(
      '7 export x1199',
    );
    expect(await links.delete('contacts', { appRecordId: '7', direction: 'export' })).toBe(1200);
    expect(await all(links.export('contacts'))).toEqual(['7 import in']);
  });

  it('are removed by one id, by both, and by direction', async () => {
    const { links } = await linked();
    await links.create('contacts', { appRecordId: '1', externalRecordId: 'a' });
    await links.create('contacts', { appRecordId: '1', externalRecordId: 'b' });
    await links.create('contacts', { appRecordId: '2', externalRecordId: 'b' });

    expect(
      await links.delete('contacts', { appRecordId: '1', externalRecordId: 'a', direction: 'import' }),
    ).toBe(1);
    expect(await links.delete('contacts', { appRecordId: '1', externalRecordId: 'a' })).toBe(1);
    expect(await links.delete('contacts', { externalRecordId: 'b', direction: 'export' })).toBe(2);
    expect(await all(links.export('contacts'))).toEqual(['1 import b', '2 import b']);
    expect(await links.delete('contacts', { externalRecordId: 'nobody' })).toBe(0);
  });

  it('need ids that can be kept as they are', async () => {
    const { links } = await linked();
    const why = (link: object) => failure(links.create('contacts', link));
    const hint = 'ids are texts or whole numbers; the directions are import, export and both';
    const code = 'link/invalid';

    expect(await why({ externalRecordId: 'x' })).toEqual({
      code,
      hint,
      message: 'a data link needs an "appRecordId"',
    });
    expect(await why({ appRecordId: 1, externalRecordId: '' })).toEqual({
      code,
      hint,
      message: 'a data link needs an "externalRecordId"',
    });
    expect(await why({ appRecordId: 2 ** 60, externalRecordId: 'x' })).toEqual({
      code,
      hint,
      message: '"appRecordId" is 1152921504606847000, a number that is no exact id',
    });
    expect(await why({ appRecordId: {}, externalRecordId: 'x' })).toEqual({
      code,
      hint,
      message: '"appRecordId" must be a text or a number',
    });
    expect(await why({ appRecordId: 1, externalRecordId: 'x', direction: 'up' })).toEqual({
      code,
      hint,
      message: '"up" is no direction of a data link',
    });
    expect(await failure(links.find('contacts', { direction: 'import' }))).toEqual({
      code,
      hint,
      message: 'a data link is found by "appRecordId", by "externalRecordId", or by both',
    });
  });

  it('have a table that is there and is on', async () => {
    const { membrane, connect, root } = await world({
      ...table,
      'data-link-tables/old.yaml': 'isDeactivated: true\n',
    });
    expect(await failure(membrane.links.list('contacts'))).toEqual({
      code: 'connection/missing',
      message: 'this is done for a connection, and there is none',
      hint: 'make one: membrane connect INTEGRATION',
    });
    await connect();
    expect(await failure(membrane.links.list('contcts'))).toEqual({
      code: 'element/not-found',
      message: 'no data link table "contcts"',
      hint: 'did you mean "contacts"?',
    });
    expect(await failure(membrane.links.list('old'), root)).toEqual({
      code: 'element/off',
      message: 'the data link table "old" is deactivated',
      hint: 'remove "isDeactivated: true" from its file',
      at: 'data-link-tables/old.yaml:1:1',
    });
    await connect({ key: 'second' });
    expect(await failure(membrane.links.list('contacts'))).toEqual({
      code: 'usage/ambiguous',
      message: 'several connections have the data link table "contacts": crm, second',
      hint: 'choose one: --connection crm',
    });
  });

  it('belong to one connection of one tenant, and go with it', async () => {
    const { membrane, links, open, connect } = await linked();
    await connect({ key: 'second' });
    await links.create('contacts', { appRecordId: '1', externalRecordId: 'a' }, { connection: 'crm' });
    await membrane.tenants.create('acme');
    const acme = await open({ tenant: 'acme' });
    await connect({}, acme);

    expect(await links.list('contacts', { connection: 'second' })).toEqual({ links: [], total: 0 });
    expect(await acme.links.list('contacts')).toEqual({ links: [], total: 0 });
    expect(await acme.links.find('contacts', { appRecordId: '1' })).toBeUndefined();
    expect(await acme.links.delete('contacts', { appRecordId: '1' })).toBe(0);
    expect(await all(acme.links.export('contacts'))).toEqual([]);
    await acme.links.create('contacts', { appRecordId: '1', externalRecordId: 'b' });
    await acme.links.import(
      'contacts',
      items([{ appRecordId: '1', externalRecordId: 'c', direction: 'import' }]),
    );
    const crm = await membrane.connections.show('crm');
    for (const work of [
      acme.links.list('contacts', { connection: crm.id }),
      acme.links.find('contacts', { appRecordId: '1' }, { connection: crm.id }),
      acme.links.create('contacts', { appRecordId: '1', externalRecordId: 'x' }, { connection: crm.id }),
      acme.links.delete('contacts', { appRecordId: '1' }, { connection: crm.id }),
      acme.links.import('contacts', items([]), { connection: crm.id }),
      all(acme.links.export('contacts', { connection: crm.id })),
    ]) {
      expect((await failure(work))['code']).toBe('connection/unknown');
    }
    expect(await all(links.export('contacts', { connection: 'crm' }))).toEqual(
      ['1 export a', '1 import a'].sort(),
    );

    await acme.connections.remove('crm');
    await connect({}, acme);
    expect((await acme.links.list('contacts')).total).toBe(0);
    expect((await links.list('contacts', { connection: 'crm' })).total).toBe(2);
  });

  it('go on being exported when the last one of a page is removed meanwhile', async () => {
    const { links, clock } = await linked();
    for (let i = 0; i < 3; i += 1) {
      await links.import(
        'contacts',
        items(
          Array.from({ length: 400 }, (_, n) => ({
            appRecordId: `${i}-${n}`,
            externalRecordId: 'x',
            direction: 'import',
          })),
        ),
      );
      await clock.move(1);
    }
    const seen: string[] = [];
    for await (const link of links.export('contacts')) {
      seen.push(link.appRecordId);
      await links.delete('contacts', { appRecordId: link.appRecordId });
    }
    expect(new Set(seen).size).toBe(1200);
    expect(seen.length).toBe(1200);
  });

  it('that cannot be imported are named', async () => {
    const { links } = await linked();
    expect(
      await failure(links.import('contacts', items([{ appRecordId: '1', externalRecordId: 'a' }, 7]))),
    ).toEqual({
      code: 'link/invalid',
      message: 'link 2: a data link needs an "appRecordId"',
      hint: 'ids are texts or whole numbers; the directions are import, export and both',
    });
    expect((await links.list('contacts')).total).toBe(0);
  });
});

async function* items(list: readonly unknown[]): AsyncGenerator<unknown> {
  yield* list;
}
