import { MembraneError } from '../../core/error.js';
import { didYouMean } from '../../core/nearest.js';
import { flag, text, texts, type Command } from '../command.js';
import { readJson } from '../input.js';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

export const request: Command = {
  path: 'request',
  summary: "send a request with a connection's address and credentials",
  args: [
    { name: 'connection', summary: 'key or id', completes: 'connections' },
    { name: 'method', summary: 'GET, POST, …' },
    { name: 'path', summary: "relative to the connector's base address" },
  ],
  options: [
    { flags: '--query <name=value>', summary: 'one query parameter', many: true },
    { flags: '--header <name: value>', summary: 'one header', many: true },
    { flags: '--paginate', summary: 'follow all pages, as the connector says, and print all items' },
    { flags: '--data <json>', summary: 'the body: JSON, @FILE, or - for standard input' },
  ],
  examples: [
    'request crm GET /contacts --query limit=10',
    'request crm GET /contacts --paginate',
    'request crm POST /contacts --data \'{"name": "Ada"}\'',
  ],
  async run(session, [connection = '', method = '', path = ''], options) {
    const verb = method.toUpperCase();
    if (!methods.includes(verb)) {
      throw new MembraneError('usage/argument', `"${method}" is no method`, {
        hint: didYouMean(verb, methods) ?? `the methods are ${methods.join(', ')}`,
      });
    }
    const data = text(options, 'data');
    const membrane = await session.membrane();
    const sent = {
      method: verb,
      path,
      query: pairs(texts(options, 'query'), '='),
      headers: pairs(texts(options, 'header'), ':'),
      ...(data === undefined ? {} : { data: await readJson(session, data, '--data') }),
    };
    const response = await session.output.progress(
      `${verb} ${path}`,
      membrane.request(connection, sent, { redacted: true, paginate: flag(options, 'paginate') }),
    );
    return {
      data: response,
      human: () =>
        response.data === undefined
          ? ''
          : typeof response.data === 'string'
            ? response.data
            : JSON.stringify(response.data, null, 2),
    };
  },
};

function pairs(written: readonly string[], separator: string): Record<string, string> {
  return Object.fromEntries(
    written.map((pair) => {
      const at = pair.indexOf(separator);
      if (at < 1)
        throw new MembraneError('usage/argument', `"${pair}" has no "${separator}"`, {
          hint: `write it as name${separator}value`,
        });
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    }),
  );
}
