import { isObject } from '../../../../core/json.js';
import type { Command } from '../../../command.js';
import { readJson } from '../../../input.js';

export const subscriptionsExport: Command = {
  path: 'event subscriptions export',
  summary: 'print how far subscriptions got as JSON, to go on there on another machine',
  description:
    'Without secrets. Events that wait for delivery stay: deliver them first, with "membrane watch --once".',
  args: [{ name: 'subscriptions', summary: 'names or ids; default: all', optional: true, many: true }],
  examples: [
    'event subscriptions export > subscriptions.json',
    'event subscriptions export flow/on-contact/start#crm',
  ],
  async run(session, names) {
    const file = await (await session.membrane({ cached: true })).subscriptions.export(names);
    return { data: file, human: () => JSON.stringify(file, null, 2) };
  },
};

export const subscriptionsImport: Command = {
  path: 'event subscriptions import',
  summary: 'let subscriptions go on where those of a file are, by name',
  description: 'One that looks at something else here is refused, and then none is changed.',
  args: [{ name: 'file', summary: 'what "export" printed, or - for standard input', completes: 'files' }],
  examples: ['event subscriptions import subscriptions.json'],
  async run(session, [file = '']) {
    const given = await readJson(session, file === '-' ? '-' : `@${file}`, 'FILE');
    // What "export --json" printed holds the same file one level deeper.
    const content = isObject(given) && isObject(given['data']) ? given['data'] : given;
    const names = await (await session.membrane({ cached: true })).subscriptions.import(content);
    const count = names.length === 1 ? '1 subscription goes' : `${names.length} subscriptions go`;
    return { data: { names }, human: () => '', note: `${count} on where those of the file are` };
  },
};
