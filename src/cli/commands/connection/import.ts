import { isObject } from '../../../core/json.js';
import { flag, type Command } from '../../command.js';
import { readJson } from '../../input.js';

export const connectionImport: Command = {
  path: 'connection import',
  summary: 'make the connections that "connection export" wrote; each must be reconnected',
  args: [{ name: 'file', summary: 'the file, or - for standard input', completes: 'files' }],
  options: [{ flags: '--skip-existing', summary: 'leave out connections whose key is taken' }],
  examples: ['connection import connections.json', 'connection import - --skip-existing'],
  async run(session, [file = ''], options) {
    const given = await readJson(session, file === '-' ? '-' : `@${file}`, 'FILE');
    // what `connection export --json` printed holds the same file one level deeper
    const content = isObject(given) && isObject(given['data']) ? given['data'] : given;
    const { connections } = await session.membrane();
    const skipExisting = flag(options, 'skipExisting');
    const { imported, skipped } = await connections.import(content, { skipExisting });
    const lines = [
      ...imported.map((key) => `imported "${key}": membrane connection reconnect ${key}`),
      ...skipped.map((key) => `skipped "${key}": it is here already`),
    ];
    return { data: { imported, skipped }, human: () => lines.join('\n') };
  },
};
