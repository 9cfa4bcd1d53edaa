import type { Command } from '../../command.js';

export const logsShow: Command = {
  path: 'logs show',
  summary: 'show one entry of the log, with the requests of a run',
  args: [{ name: 'id', summary: 'id of the entry' }],
  examples: ['logs show 01jd0000000000000000000000'],
  async run(session, [id = '']) {
    const { logs } = await session.membrane();
    const entry = await logs.show(id);
    const requests = await logs.list({ type: 'request', parent: id });
    const whole = {
      ...entry,
      ...(requests.length === 0 ? {} : { requests: requests.map((one) => one.data).reverse() }),
    };
    return { data: whole, human: () => JSON.stringify(whole, null, 2) };
  },
};
