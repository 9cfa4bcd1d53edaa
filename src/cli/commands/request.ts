import { MembraneError } from '../../core/error.js';
import type { FileValue } from '../../core/file.js';
import type { ClientRequest, ClientResponse } from '../../core/kind.js';
import { didYouMean } from '../../core/nearest.js';
import { flag, text, texts, type Command, type Options, type Result } from '../command.js';
import { readJson } from '../input.js';
import { storeLocal } from '../local-files.js';
import { resultFile, resultFileOptions } from '../result-file.js';

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
    { flags: '--body-file <file>', summary: 'the body: the bytes of a local file' },
    { flags: '--form <name=value>', summary: 'one part of a form; @FILE is a local file', many: true },
    ...resultFileOptions,
  ],
  examples: [
    'request crm GET /contacts --query limit=10',
    'request crm GET /contacts --paginate',
    'request crm POST /contacts --data \'{"name": "Ada"}\'',
    'request crm POST /files --form title=Report --form document=@report.pdf',
    'request crm GET /files/7 --output report.pdf',
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
    const target = await resultFile(session, membrane, options);
    const paginate = flag(options, 'paginate');
    const files: FileValue[] = [];
    const store = async (file: string): Promise<FileValue> => {
      const stored = await storeLocal(session, membrane, file);
      files.push(stored);
      return stored;
    };
    try {
      const sent: ClientRequest = {
        method: verb,
        path,
        query: pairs(texts(options, 'query'), '='),
        headers: pairs(texts(options, 'header'), ':'),
        ...(data === undefined ? {} : { data: await readJson(session, data, '--data') }),
        ...(await uploaded(options, store)),
        ...(target === undefined || paginate ? {} : { responseType: 'file' }),
      };
      const response = await session.output.progress(
        `${verb} ${path}`,
        membrane.request(connection, sent, { redacted: true, paginate }),
      );
      if (target === undefined) return shown(response);
      const got = sent.responseType === 'file' ? (response.data as FileValue | undefined) : undefined;
      return await target.write(
        response.data,
        { ...response, data: factsOf(response.data, got) },
        async () => {
          if (got !== undefined) await membrane.files.remove(got);
        },
      );
    } finally {
      // Nobody has their references: they were for this one request.
      for (const file of files) await membrane.files.remove(file);
    }
  },
};

/** Of a file that is not kept, without its reference. */
function factsOf(data: unknown, file: FileValue | undefined): unknown {
  if (file === undefined) return data;
  const { name, type, size, sha256 } = file;
  return { name, type, size, sha256 };
}

function shown(response: ClientResponse): Result {
  const { data } = response;
  return {
    data: response,
    human: () => (data === undefined ? '' : typeof data === 'string' ? data : JSON.stringify(data, null, 2)),
  };
}

/** What the request sends of local files. */
async function uploaded(
  options: Options,
  store: (file: string) => Promise<FileValue>,
): Promise<Pick<ClientRequest, 'bodyFile' | 'multipart'>> {
  const bodyFile = text(options, 'bodyFile');
  const parts = new Map<string, unknown[]>();
  for (const [name, value] of assignments(texts(options, 'form'), '=')) {
    const part = value.startsWith('@') ? await store(value.slice(1)) : value;
    parts.set(name, [...(parts.get(name) ?? []), part]);
  }
  return {
    ...(bodyFile === undefined ? {} : { bodyFile: await store(bodyFile) }),
    ...(parts.size === 0 ? {} : { multipart: Object.fromEntries(parts) }),
  };
}

function pairs(written: readonly string[], separator: string): Record<string, string> {
  return Object.fromEntries(assignments(written, separator));
}

function assignments(written: readonly string[], separator: string): [name: string, value: string][] {
  return written.map((pair) => {
    const at = pair.indexOf(separator);
    if (at < 1)
      throw new MembraneError('usage/argument', `"${pair}" has no "${separator}"`, {
        hint: `write it as name${separator}value`,
      });
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  });
}
