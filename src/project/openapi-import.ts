import type { Json, JsonObject } from '../core/json.js';
import { waysOf, type Way } from './openapi-auth.js';
import { collectionOf, titleOf, type GuessedCollection } from './openapi-collections.js';
import { listOperations, type OpenApiDocument, type OperationEntry } from './openapi-document.js';
import { calleeOf } from './openapi-methods.js';
import { clientPagination } from './openapi-pagination.js';
import { printYaml, type Remark } from './openapi-print.js';
import { guessResources } from './openapi-resources.js';
import { serverOf, type Server } from './openapi-servers.js';
import { firstSentence } from './openapi-shape.js';

/** A connector made of a document: its files, relative to its folder. */
export interface PlannedConnector {
  readonly files: readonly { readonly name: string; readonly text: string }[];
  readonly operations: number;
  /** Keys of its data collections. */
  readonly collections: readonly string[];
  /** How its users authenticate, by key; none where the API asks for nothing. */
  readonly auth: readonly string[];
}

/** Makes a connector of a document. `url`: where the document came from, if not from a file. */
export function planConnector(document: OpenApiDocument, url: string | undefined): PlannedConnector {
  const { operations } = listOperations(document);
  const collections = guessResources(document, operations)
    .map((resource) => collectionOf(document, resource))
    // a list that turned out to be alone is a report more often than records
    .filter(({ value }) => Object.keys(value['methods'] as JsonObject).length > 1);
  const ways = waysOf(document, operations);
  const spec = connectorFile(document, { operations, collections, ways, server: serverOf(document, url) });
  return {
    files: [
      { name: 'spec.yaml', text: spec },
      ...collections.map(({ key, value, remarks }) => ({
        name: `data/${key}/spec.yaml`,
        text: printYaml(value, remarks),
      })),
    ],
    operations: operations.length,
    collections: collections.map(({ key }) => key),
    auth: ways.map(({ key }) => key),
  };
}

/** A key for the connector: the title of the document. */
export function connectorKey({ value }: OpenApiDocument): string {
  const { title } = value['info'] as JsonObject;
  return String(title ?? '')
    .toLowerCase()
    .replaceAll(/\b(rest|open)?api\b|\bv\d[\d.]*/g, ' ')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '');
}

interface Found {
  readonly operations: readonly OperationEntry[];
  readonly collections: readonly GuessedCollection[];
  readonly ways: readonly Way[];
  readonly server: Server;
}

function connectorFile(document: OpenApiDocument, found: Found): string {
  const info = document.value['info'] as JsonObject;
  const description = firstSentence(info['description']);
  const test = testRequest(document, found.operations);
  const pagination = usualPagination(found.collections);
  const { auth, remarks } = authOf(found, pagination);
  const value: JsonObject = {
    name: String(info['title'] ?? titleOf(connectorKey(document))),
    ...(description === undefined ? {} : { description }),
    ...(typeof info['version'] === 'string' ? { version: info['version'] } : {}),
    auth: test === undefined ? auth : { ...auth, test },
  };
  const header =
    'Made of the OpenAPI document beside this file, which its operations come from. What was guessed says so: look at it.';
  const more =
    test === undefined
      ? []
      : [{ at: ['auth', 'test'], text: 'guessed: a request that needs good credentials' }];
  return printYaml(value, [...remarks, ...more], header);
}

function authOf(
  { ways, server }: Found,
  pagination: JsonObject | undefined,
): { auth: JsonObject; remarks: Remark[] } {
  const [first, second] = ways;
  if (first === undefined) {
    const auth = { type: 'none', ...input({}, server), makeApiClient: client({}, server, pagination) };
    return { auth, remarks: clientRemarks(['auth'], server, pagination) };
  }
  const full = ways.map((way) => ({ ...way, value: completed(way.value, server, pagination) }));
  if (second === undefined) {
    const { title: _, ...auth } = full[0]?.value ?? {};
    return { auth, remarks: wayRemarks(['auth'], first, server, pagination) };
  }
  const options = Object.fromEntries(full.map(({ key, value }): [string, Json] => [key, value]));
  const remarks = full.flatMap((way) => wayRemarks(['auth', 'options', way.key], way, server, pagination));
  return { auth: { options }, remarks };
}

/** A way to authenticate with the address of the server in it. */
function completed(way: JsonObject, server: Server, pagination: JsonObject | undefined): JsonObject {
  const { makeApiClient, inputSchema, getOAuthConfig, parametersSchema, ...rest } = way;
  const given = (makeApiClient as JsonObject)['mapping'] as JsonObject;
  return {
    ...rest,
    ...input(inputSchema as JsonObject, server),
    ...(parametersSchema === undefined ? {} : { parametersSchema }),
    ...(getOAuthConfig === undefined ? {} : { getOAuthConfig }),
    makeApiClient: client(given, server, pagination),
  };
}

function client(given: JsonObject, { baseUri }: Server, pagination: JsonObject | undefined): JsonObject {
  const paged = pagination === undefined ? {} : { pagination };
  return { type: 'mapping', mapping: { baseUri, ...given, ...paged } };
}

function input(schema: JsonObject, { properties, required }: Server): JsonObject {
  const all = { ...(schema['properties'] as JsonObject | undefined), ...properties };
  if (Object.keys(all).length === 0) return {};
  const needed = [...((schema['required'] as string[] | undefined) ?? []), ...required];
  return {
    inputSchema: { type: 'object', properties: all, ...(needed.length === 0 ? {} : { required: needed }) },
  };
}

function wayRemarks(at: string[], way: Way, server: Server, pagination: JsonObject | undefined): Remark[] {
  const own = way.remarks.map((remark) => ({ ...remark, at: [...at, ...remark.at] }));
  return [...own, ...clientRemarks(at, server, pagination)];
}

function clientRemarks(at: string[], { remark }: Server, pagination: JsonObject | undefined): Remark[] {
  const mapping = [...at, 'makeApiClient', 'mapping'];
  return [
    ...(remark === undefined ? [] : [{ at: [...mapping, 'baseUri'], text: remark }]),
    ...(pagination === undefined
      ? []
      : [{ at: [...mapping, 'pagination'], text: 'guessed: what most lists have' }]),
  ];
}

/** How most of the lists are paged; undefined where they differ. */
function usualPagination(collections: readonly GuessedCollection[]): JsonObject | undefined {
  const counts = new Map<string, number>();
  for (const { pagination } of collections) {
    const text = pagination === undefined ? '' : JSON.stringify(clientPagination(pagination));
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1]);
  if (best === undefined || best[0] === '' || best[1] * 2 < collections.length) return undefined;
  return JSON.parse(best[0]) as JsonObject;
}

const ownAccount =
  /^\/?(v?\d[\w.]*\/|api\/|rest\/)*(me|user|whoami|account|profile|users?\/(me|current)|self|ping|status|auth\.test)$/i;

/** A request that takes nothing: one for the own account, else the shortest list. */
function testRequest(
  document: OpenApiDocument,
  operations: readonly OperationEntry[],
): JsonObject | undefined {
  const simple = operations
    .filter(({ method, path }) => method === 'get' && !path.includes('{'))
    .filter((entry) => calleeOf(document, entry).inputs.every(({ required }) => !required));
  const chosen =
    simple.find(({ path }) => ownAccount.test(path)) ??
    simple.reduce<OperationEntry | undefined>(
      (best, one) => (best === undefined || one.path.length < best.path.length ? one : best),
      undefined,
    );
  if (chosen === undefined) return undefined;
  return { type: 'rest-api-mapping', mapping: { path: chosen.path, method: 'GET' } };
}
