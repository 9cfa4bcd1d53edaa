import type { Command } from '../command.js';

export const doctor: Command = {
  path: 'doctor',
  summary: 'look for what is wrong: state, secrets, connections',
  examples: ['doctor'],
  async run(session) {
    const membrane = await session.membrane();
    const checks = await session.output.progress('looking', membrane.doctor());
    const failed = checks.some(({ state }) => state === 'failed');
    return {
      data: checks,
      human: ({ color }) =>
        checks
          .map(({ name, state, message, help }) => {
            const mark = {
              ok: color.green('ok     '),
              warning: color.yellow('warning'),
              failed: color.red('failed '),
            }[state];
            return `${mark}  ${name}: ${message}${help === undefined ? '' : `\n         = help: ${help}`}`;
          })
          .join('\n'),
      exit: failed ? 1 : 0,
      ...(failed ? { failure: { code: 'run/failed', message: 'something is wrong', hint: null } } : {}),
    };
  },
};
