import type { NotificationTest } from '../../../membrane.js';
import type { Command } from '../../command.js';
import type { Style } from '../../output/style.js';

export const notificationTest: Command = {
  path: 'notification test',
  summary: 'send an event of the type "test" to each receiver, and say what it answers',
  args: [
    { name: 'url', summary: 'only to this address, which need not be in membrane.yaml', optional: true },
  ],
  examples: ['notification test', 'notification test https://example.com/hooks'],
  async run(session, [url]) {
    const membrane = await session.membrane({ cached: true });
    const tests = await session.output.progress('sending', membrane.notifications.test(url));
    return {
      data: tests,
      human: (style) => tests.map((one) => line(one, style)).join('\n'),
      exit: tests.every(({ ok }) => ok) ? 0 : 1,
    };
  },
};

function line({ to, ok, status, ms, signed, error }: NotificationTest, { color }: Style): string {
  const proof = signed ? 'signed' : 'not signed: it has no secret';
  if (ok) return `${color.green('ok    ')}  ${to}: ${status} in ${ms} ms, ${proof}`;
  const hint = typeof error?.['hint'] === 'string' ? `\n        = help: ${error['hint']}` : '';
  return `${color.red('failed')}  ${to}: ${String(error?.['message'])}${hint}`;
}
