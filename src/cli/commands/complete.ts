import type { Command } from '../command.js';

/** What the completion scripts call. */
export const complete: Command = {
  path: 'complete',
  summary: 'print what can come next on a command line',
  hidden: true,
  args: [{ name: 'words', summary: 'the command line so far', optional: true, many: true }],
  examples: ['complete -- action run ""'],
  async run(session, words) {
    const { printCompletions } = await import('../complete.js');
    const lines = await printCompletions(session, words);
    return { data: lines.split('\n'), human: () => lines };
  },
};
