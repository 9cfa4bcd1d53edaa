import type { DoctorCheck } from '../../membrane.js';
import { flag, type Command, type Result } from '../command.js';
import type { Style } from '../output/style.js';

export const doctor: Command = {
  path: 'doctor',
  summary: 'look for what is wrong: state, secrets, network, clock, connections',
  options: [{ flags: '--offline', summary: 'send nothing: judge connections by what is stored' }],
  examples: ['doctor', 'doctor --offline'],
  async run(session, _args, options) {
    const membrane = await session.membrane();
    const offline = flag(options, 'offline');
    const checks = await session.output.progress('looking', membrane.doctor({ offline }));
    return {
      data: checks,
      human: (style) => checks.map((one) => line(one, style)).join('\n'),
      ...outcome(checks),
    };
  },
};

function line({ name, state, message, help }: DoctorCheck, { color }: Style): string {
  const mark = {
    ok: color.green('ok     '),
    warning: color.yellow('warning'),
    failed: color.red('failed '),
  }[state];
  return `${mark}  ${name}: ${message}${help === undefined ? '' : `\n         = help: ${help}`}`;
}

/** Where nothing but connections is wrong, it is a matter of connections: exit 4, as when one is used. */
function outcome(checks: readonly DoctorCheck[]): Pick<Result, 'exit' | 'failure'> {
  const failed = checks.filter(({ state }) => state === 'failed').map(({ name }) => name);
  if (failed.length === 0) return {};
  const onlyConnections = failed.every((name) => /^(connection |network)/.test(name));
  const code = onlyConnections ? 'connection/test' : 'run/failed';
  const failure = { code, message: `something is wrong: ${failed.join(', ')}`, hint: null };
  return { exit: onlyConnections ? 4 : 1, failure };
}
