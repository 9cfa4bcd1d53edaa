import type { Command } from '../../command.js';

export const alertShow: Command = {
  path: 'alert show',
  summary: 'show one alert',
  args: [{ name: 'id', summary: 'id of the alert, or its beginning' }],
  examples: ['alert show 01jd6z00'],
  async run(session, [id = '']) {
    const membrane = await session.membrane({ cached: true });
    return { data: await membrane.alerts.show(id) };
  },
};

export const alertResolve: Command = {
  path: 'alert resolve',
  summary: 'say that an alert is dealt with; it comes again only after its cause was over once',
  args: [{ name: 'id', summary: 'id of the alert, or its beginning' }],
  examples: ['alert resolve 01jd6z00'],
  async run(session, [id = '']) {
    const membrane = await session.membrane({ cached: true });
    const alert = await membrane.alerts.resolve(id);
    return { data: alert, human: () => '', note: `resolved: ${alert.description}` };
  },
};
