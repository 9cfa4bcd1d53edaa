import { Chalk } from 'chalk';
import { expect, it } from 'vitest';
import { actionRun } from '../../../../src/cli/commands/action/run.js';
import type { Prompts } from '../../../../src/cli/prompts.js';
import { MembraneError } from '../../../../src/core/error.js';
import type { Membrane, RunOptions } from '../../../../src/membrane.js';
import { fakePrompts, fakeSession } from '../fake-session.js';

const style = { color: new Chalk({ level: 0 }), terminal: false, columns: 80 };

it('prints the output as JSON, and nothing where there is none', async () => {
  const some = await actionRun.run(project({ output: { id: '1' } }).session, ['a'], { connection: 'crm' });
  expect(await some.human?.(style)).toBe('{\n  "id": "1"\n}');
  expect(some.data).toMatchObject({ id: 'run-1', output: { id: '1' } });
  const none = await actionRun.run(project({}).session, ['a'], { connection: 'crm' });
  expect(await none.human?.(style)).toBe('');
});

it('takes the input as the schema wants it', async () => {
  const { session, runs } = project({});
  await actionRun.run(session, ['a'], { connection: 'crm', set: ['id=1', 'limit=2'] });
  expect(runs.map(({ input, connection }) => ({ input, connection }))).toEqual([
    { input: { id: '1', limit: 2 }, connection: 'crm' },
  ]);
});

it('asks a person which connection is meant', async () => {
  const prompts = fakePrompts(['support']);
  const { session, runs } = project({ prompts });
  await actionRun.run(session, ['a'], {});
  expect(prompts.asked).toEqual([
    [
      'choose',
      'Which connection?',
      [
        { value: 'crm', name: 'crm' },
        { value: 'support', name: 'support' },
      ],
    ],
  ]);
  expect(runs.map(({ connection }) => connection)).toEqual([undefined, 'support']);
});

it('does not ask a script', async () => {
  await expect(actionRun.run(project({}).session, ['a'], {})).rejects.toMatchObject({
    code: 'usage/ambiguous',
    hint: 'choose one: --connection crm',
  });
});

/** A project with two connections, and the runs of its action. */
function project({ prompts, output }: { prompts?: Prompts; output?: unknown }) {
  const runs: RunOptions[] = [];
  const actions = {
    inputSchema: () => Promise.resolve({ type: 'object', properties: { id: { type: 'string' } } }),
    run: (_key: string, how: RunOptions) => {
      runs.push(how);
      if (how.connection !== undefined) return Promise.resolve({ id: 'run-1', output, warnings: [], ms: 1 });
      const choices = ['crm', 'support'];
      const details = { hint: 'choose one: --connection crm', data: { choices, flag: '--connection' } };
      return Promise.reject(new MembraneError('usage/ambiguous', 'several connections fit', details));
    },
  };
  // only what the command asks of a project
  const membrane = { actions } as unknown as Membrane;
  return { session: fakeSession({ membrane, ...(prompts === undefined ? {} : { prompts }) }), runs };
}
