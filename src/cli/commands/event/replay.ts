import type { Forwarded } from '../../../membrane.js';
import type { Command } from '../../command.js';
import { forwardedText, forwardOf, forwardOption, isTaken } from './forwarded.js';

export const eventReplay: Command = {
  path: 'event replay',
  summary: 'deliver events once more, with the same ids',
  description:
    'Without an address "membrane watch" delivers them again, to the flow or app that they are for. With one they are posted there at once, and nothing else happens.',
  args: [{ name: 'ids', summary: 'ids of events, or their beginnings', many: true }],
  options: [forwardOption],
  examples: [
    'event replay 44abd36033bb',
    'event replay 44abd36033bb --forward-to http://localhost:3000/hook',
  ],
  async run(session, ids, options) {
    const url = forwardOf(options);
    const membrane = await session.membrane({ cached: true });
    if (url === undefined) {
      const count = await membrane.events.replay(ids);
      return {
        data: { count },
        human: () => '',
        note: `${count} ${count === 1 ? 'event' : 'events'} will be delivered once more by "membrane watch"`,
      };
    }
    const sent: Forwarded[] = [];
    for (const id of ids) sent.push(await membrane.events.forward(id, url));
    return {
      data: sent,
      human: () => sent.map((one) => `${one.id.slice(0, 12)}  ${forwardedText(one)}`).join('\n'),
      exit: sent.every(isTaken) ? 0 : 1,
    };
  },
};
