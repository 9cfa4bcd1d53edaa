import { Chalk } from 'chalk';
import { describe, expect, it } from 'vitest';
import { connectionDelete } from '../../../../src/cli/commands/connection/delete.js';
import { connectionTest } from '../../../../src/cli/commands/connection/test.js';
import { MembraneError } from '../../../../src/core/error.js';
import type { Membrane } from '../../../../src/membrane.js';
import { fakePrompts, fakeSession } from '../fake-session.js';

const revoke = new MembraneError('connection/revoke', 'the grant of "crm" could not be ended', {});

/** Connections of which the grant cannot be ended. */
function stubborn(keys: readonly string[] = ['crm']) {
  const removed: unknown[] = [];
  const tested: string[] = [];
  const connections = {
    show: async (key: string) => ({ id: `id-of-${key}`, key }),
    list: async () => keys.map((key) => ({ key })),
    test: async (key: string) => (tested.push(key), { ms: 1, tested: true }),
    remove: async (key: string, how: { force?: boolean }) => {
      removed.push([key, how]);
      if (how.force !== true) throw revoke;
      return { grant: 'left' };
    },
  };
  return { removed, tested, membrane: { connections } as unknown as Membrane };
}

describe('connection delete at a terminal', () => {
  it('asks, and asks again where the external app cannot be told', async () => {
    const { removed, membrane } = stubborn();
    const prompts = fakePrompts([true, true]);
    const session = fakeSession({ membrane, prompts });
    const { data, human } = await connectionDelete.run(session, ['crm'], {});
    const style = { color: new Chalk({ level: 0 }), terminal: false, columns: 80 };
    expect(await human?.(style)).toBe('deleted "crm": its grant was not ended');
    expect(data).toEqual({ deleted: true, key: 'crm', grant: 'left' });
    expect(prompts.asked).toEqual([
      ['confirm', 'Forget the connection "crm" and its secrets?', false],
      ['confirm', 'Forget "crm" here all the same?', false],
    ]);
    expect(removed).toEqual([
      ['id-of-crm', { force: false }],
      ['id-of-crm', { force: true }],
    ]);
    expect(session.notes).toEqual(['the grant of "crm" could not be ended']);
  });

  it('forgets nothing that somebody wants to keep', async () => {
    const unsure = stubborn();
    const session = fakeSession({ membrane: unsure.membrane, prompts: fakePrompts([false]) });
    expect((await connectionDelete.run(session, ['crm'], {})).note).toBe('nothing was deleted');
    expect(unsure.removed).toEqual([]);
    const careful = stubborn();
    const again = fakeSession({ membrane: careful.membrane, prompts: fakePrompts([true, false]) });
    await expect(connectionDelete.run(again, ['crm'], {})).rejects.toBe(revoke);
    expect(careful.removed).toEqual([['id-of-crm', { force: false }]]);
  });
});

describe('connection test without a key', () => {
  it('tries the only connection, or the one that somebody picks', async () => {
    const one = stubborn(['crm']);
    await connectionTest.run(fakeSession({ membrane: one.membrane }), [], {});
    const two = stubborn(['crm', 'erp']);
    const prompts = fakePrompts(['erp']);
    await connectionTest.run(fakeSession({ membrane: two.membrane, prompts }), [], {});
    expect([one.tested, two.tested]).toEqual([['crm'], ['erp']]);
  });

  it('says so where there is none', async () => {
    const session = fakeSession({ membrane: stubborn([]).membrane });
    await expect(connectionTest.run(session, [], {})).rejects.toMatchObject({ code: 'connection/missing' });
  });
});
