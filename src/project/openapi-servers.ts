import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { OpenApiDocument } from './openapi-document.js';
import { firstSentence } from './openapi-shape.js';

/** Where requests go. */
export interface Server {
  /** `baseUri` of `makeApiClient`: an address, or a formula. */
  readonly baseUri: Json;
  /** What the user is asked for, for the address. */
  readonly properties: JsonObject;
  readonly required: readonly string[];
  readonly remark?: string;
}

/** The first server of a document; the others are named in a remark. `url`: where the document came from. */
export function serverOf(document: OpenApiDocument, url: string | undefined): Server {
  const [first, ...others] = document.version === '2.0' ? olderServers(document) : newerServers(document);
  const remark =
    others.length === 0
      ? {}
      : {
          remark: `or ${others
            .map((one) => one.url)
            .slice(0, 5)
            .join(', ')}`,
        };
  const address = first === undefined ? undefined : absolute(first.url, url);
  if (first === undefined || address === undefined) return asked(first?.url);
  const names = [...address.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name);
  if (names.length === 0) return { baseUri: bare(address), properties: {}, required: [], ...remark };
  const fields = names.map((name) => [name, fieldOf(name)] as const);
  const template = fields.reduce(
    (text, [name, field]) => text.replaceAll(`{${name}}`, `{${field}}`),
    bare(address),
  );
  const values = Object.fromEntries(
    fields.map(([, field]) => [field, { $var: `$.connectionParameters.${field}` }] as const),
  );
  return {
    baseUri: { $tpl: { template, values } },
    properties: Object.fromEntries(
      fields.map(([name, field]) => [field, variable(name, first.variables[name])]),
    ),
    required: fields.map(([, field]) => field),
    ...remark,
  };
}

interface Given {
  readonly url: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

function newerServers({ references }: OpenApiDocument): Given[] {
  return references.children(references.at(references.root, 'servers')).flatMap(({ spot }) => {
    const { value } = references.follow(spot);
    if (!isObject(value) || typeof value['url'] !== 'string') return [];
    return [{ url: value['url'].trim(), variables: isObject(value['variables']) ? value['variables'] : {} }];
  });
}

function olderServers({ value }: OpenApiDocument): Given[] {
  const { host, basePath, schemes } = value;
  const path = typeof basePath === 'string' ? basePath : '';
  if (typeof host !== 'string') return path === '' ? [] : [{ url: path, variables: {} }];
  const isPlain = Array.isArray(schemes) && schemes.includes('http') && !schemes.includes('https');
  return [{ url: `${isPlain ? 'http' : 'https'}://${host}${path}`, variables: {} }];
}

/** A relative address is meant from where the document is. */
function absolute(given: string, url: string | undefined): string | undefined {
  if (/^(https?:\/\/|\{)/i.test(given)) return given;
  if (given.startsWith('//')) return `https:${given}`;
  return url === undefined ? undefined : new URL(given, url).href;
}

function asked(path: string | undefined): Server {
  const hint = path === undefined || path === '/' ? '' : `, with ${path} at its end`;
  return {
    baseUri: { $var: '$.connectionParameters.baseUri' },
    properties: {
      baseUri: {
        type: 'string',
        title: 'Base address of the API',
        description: `What stands before every path${hint}`,
      },
    },
    required: ['baseUri'],
    remark: 'the document does not say where the API is',
  };
}

function variable(name: string, given: unknown): JsonObject {
  const { default: value, description, enum: values } = isObject(given) ? given : {};
  const text = firstSentence(description);
  return {
    type: 'string',
    title: name,
    ...(text === undefined ? {} : { description: text }),
    ...(value === undefined ? {} : { default: String(value) }),
    ...(Array.isArray(values) && (value === undefined || values.includes(value))
      ? { enum: values.map(String) }
      : {}),
  };
}

function bare(address: string): string {
  return address.replace(/\/+$/, '');
}

function fieldOf(name: string): string {
  return name.replaceAll(/\W+/g, '_');
}
