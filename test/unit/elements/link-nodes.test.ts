import { describe, expect, it } from 'vitest';
import type { DataLink, DataLinks, LinkQuery } from '../../../src/core/links.js';
import { nodeType } from '../../../src/elements/flow/nodes/index.js';
import { failure } from '../engine/world.js';
import { runContext } from './context.js';

const link: DataLink = { appRecordId: '7', externalRecordId: 'x', direction: 'import', createdAt: 0 };

/** Runs a node; what it asked of the links is remembered. */
async function run(type: string, config: object): Promise<{ asked: unknown[]; output: unknown }> {
  const asked: unknown[] = [];
  const note =
    <T>(answer: T) =>
    async (table: string, query: LinkQuery) => {
      const { appRecordId, externalRecordId, direction } = query;
      asked.push([table, appRecordId, externalRecordId, direction]);
      return answer;
    };
  const links: DataLinks = {
    find: note(link),
    create: note([link, { ...link, direction: 'export' }]),
    remove: note(2),
  };
  const ctx = { ...runContext({}, {}, {}), links };
  const output = await nodeType(type)?.run?.(ctx, { dataLinkTable: { key: 'people' }, ...config });
  return { asked, output };
}

describe('nodes on data links', () => {
  it('create, and give the link', async () => {
    expect(
      await run('create-data-link', { appRecordId: 7, externalRecordId: 'x', direction: 'both' }),
    ).toEqual({
      asked: [['people', 7, 'x', 'both']],
      output: link,
    });
  });

  it('find by the record that the direction starts from, or by the ids', async () => {
    const asked = async (config: object) => (await run('find-data-link', config)).asked;
    expect(await asked({ recordId: 7 })).toEqual([['people', 7, undefined, undefined]]);
    expect(await asked({ recordId: 'x', direction: 'import' })).toEqual([
      ['people', undefined, 'x', 'import'],
    ]);
    expect(await asked({ externalRecordId: 'x' })).toEqual([['people', undefined, 'x', undefined]]);
    expect((await run('find-data-link', { recordId: 7 })).output).toEqual(link);
  });

  it('delete, and say how many', async () => {
    expect(await run('delete-data-link', { externalRecordId: 'x' })).toEqual({
      asked: [['people', undefined, 'x', undefined]],
      output: { deleted: 2 },
    });
  });

  it('need a table', async () => {
    expect(await failure(run('find-data-link', { dataLinkTable: {} }))).toEqual({
      code: 'link/invalid',
      message: 'nothing says which data link table is meant',
      hint: 'give "dataLinkTable" the key of one',
    });
  });
});
