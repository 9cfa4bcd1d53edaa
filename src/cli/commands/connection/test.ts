import { MembraneError } from '../../../core/error.js';
import type { ConnectionTest, Membrane } from '../../../membrane.js';
import { flag, type Command, type Result } from '../../command.js';
import type { Style } from '../../output/style.js';
import type { Session } from '../../session.js';

export const connectionTest: Command = {
  path: 'connection test',
  summary: 'try the credentials of a connection, or of all',
  args: [{ name: 'key', summary: 'key or id', optional: true, completes: 'connections' }],
  options: [{ flags: '--all', summary: 'every connection of the tenant; one that fails stops no other' }],
  examples: ['connection test crm', 'connection test --all'],
  async run(session, [given], options) {
    const membrane = await session.membrane();
    if (flag(options, 'all')) {
      if (given !== undefined) {
        throw new MembraneError('usage/argument', `--all tries every connection, "${given}" is only one`, {
          hint: 'give one of the two',
        });
      }
      return allResult(await session.output.progress('testing', membrane.connections.testAll()));
    }
    const key = given ?? (await chooseConnection(session, membrane));
    const result = await session.output.progress('testing', membrane.connections.test(key));
    return {
      data: { key, ...result },
      human: ({ color }) =>
        result.tested
          ? `${color.green('ok')}: "${key}" answers (${result.ms} ms)`
          : `the connector of "${key}" has no test request`,
    };
  },
};

/** The only one, or the one that somebody picks. */
async function chooseConnection(session: Session, membrane: Membrane): Promise<string> {
  const keys = (await membrane.connections.list()).map(({ key }) => key);
  if (keys.length === 1) return keys[0] as string;
  if (keys.length === 0) {
    const hint = 'make one: membrane connect INTEGRATION';
    throw new MembraneError('connection/missing', 'there is no connection to test', {
      hint,
      class: 'connection',
    });
  }
  if (session.prompts !== undefined) {
    const choices = keys.map((key) => ({ value: key, name: key }));
    return session.prompts.choose('Which connection?', choices);
  }
  throw new MembraneError('usage/ambiguous', `there are several connections: ${keys.join(', ')}`, {
    hint: 'name one of them, or test them all with --all',
    data: { choices: keys },
  });
}

function allResult(tests: readonly ConnectionTest[]): Result {
  const failed = tests.filter(({ ok }) => !ok).length;
  const message = `${failed} of ${tests.length} connections failed`;
  return {
    data: tests,
    human: (style) => tests.map((test) => line(test, style)).join('\n'),
    ...(tests.length === 0 ? { note: 'no connections yet: membrane connect INTEGRATION' } : {}),
    ...(failed === 0 ? {} : { exit: 4, failure: { code: 'connection/test', message, hint: null } }),
  };
}

function line({ key, ok, tested, ms, error }: ConnectionTest, { color }: Style): string {
  if (!ok) {
    const help = error?.hint === undefined ? '' : `\n        = help: ${error.hint}`;
    return `${color.red('failed')}  ${key}: ${error?.message ?? ''}${help}`;
  }
  return `${color.green('ok    ')}  ${key}: ${tested ? `answers (${ms} ms)` : 'its connector has no test request'}`;
}
