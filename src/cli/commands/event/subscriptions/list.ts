import type { Command } from '../../../command.js';
import { renderSubscriptions } from '../table.js';

export const subscriptionsList: Command = {
  path: 'event subscriptions list',
  summary: 'list what flows and external events wait for, and how far each got',
  examples: ['event subscriptions list'],
  async run(session) {
    const membrane = await session.membrane({ cached: true });
    const all = await membrane.subscriptions.list();
    return {
      data: all,
      human: (style) => renderSubscriptions(all, style, Date.now()),
      ...(all.length === 0
        ? { note: 'nothing waits for events; let a flow do so: membrane flow enable KEY --connection C' }
        : {}),
    };
  },
};
