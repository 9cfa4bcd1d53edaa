import type { Command } from '../../command.js';

export const eventShow: Command = {
  path: 'event show',
  summary: 'show one event',
  args: [{ name: 'id', summary: 'id of the event, or its beginning' }],
  examples: ['event show 44abd36033bb'],
  async run(session, [id = '']) {
    const membrane = await session.membrane({ cached: true });
    return { data: await membrane.events.show(id) };
  },
};

export const eventWhy: Command = {
  path: 'event why',
  summary: 'say what became of an event, and why',
  args: [{ name: 'id', summary: 'id of the event, or its beginning' }],
  examples: ['event why 44abd36033bb'],
  async run(session, [id = '']) {
    const membrane = await session.membrane({ cached: true });
    const why = await membrane.events.why(id);
    return {
      data: why,
      human: () => [`${why.state}: ${why.id}`, ...why.reasons.map((one) => `  ${one}`)].join('\n'),
    };
  },
};
