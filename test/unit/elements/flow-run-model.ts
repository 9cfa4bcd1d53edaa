import { isObject, type JsonObject } from '../../../src/core/json.js';
import { evaluateFormula } from '../../../src/formulas/compile.js';

/** What a flow does, told as plainly as can be: one thing after the other, nothing stored, nothing at once. */
export interface Told {
  /** By path: `STATE` and output of each node run. Filters give their input. */
  readonly runs: Map<string, { node: string; state: string; output?: unknown }>;
  readonly state: 'completed' | 'failed';
}

export interface ModelNode {
  readonly type: 'api-trigger' | 'transform-data' | 'filter' | 'for-each' | 'http-request';
  readonly config?: JsonObject;
  readonly links?: readonly { readonly key: string; readonly filter?: JsonObject }[];
  readonly concurrency?: number;
  readonly onError?: 'stop' | 'continue';
}

export type ModelFlow = Readonly<Record<string, ModelNode>>;

/** What a request gives, by its address. */
export type Respond = (uri: string) => { status: number; data: unknown };

export async function tell(
  flow: ModelFlow,
  start: string,
  inputs: readonly JsonObject[],
  respond: Respond,
): Promise<Told> {
  const runs: Told['runs'] = new Map();
  let failed = false;

  async function go(key: string, path: string, input: JsonObject): Promise<void> {
    const node = flow[key] as ModelNode;
    let output: unknown;
    let error: unknown;
    try {
      output = await doIt(key, node, path, input);
      if (output === skipped) return void runs.set(path, { node: key, state: 'skipped' });
      const said = output === undefined ? {} : { output };
      runs.set(path, { node: key, state: 'completed', ...said });
    } catch {
      runs.set(path, { node: key, state: 'failed' });
      if (node.onError !== 'continue') {
        failed = true;
        return;
      }
      error = { message: 'some' };
    }
    try {
      const ways = await waysOf(node, input, output, error);
      for (const way of ways) {
        const gave = error === undefined ? way.part : { error: 'some' };
        const next = gave === undefined ? input : { ...input, [key]: gave as never };
        await go(way.key, `${path}/${way.key}:${way.index}.${way.batch}`, next);
      }
    } catch (caught) {
      if (!(caught instanceof BadFilter)) throw caught;
      runs.set(path, { node: key, state: 'failed' });
      failed = true;
    }
  }

  /** Where it goes on from a node. Nothing is followed where one of the filters fails. */
  async function waysOf(node: ModelNode, input: JsonObject, output: unknown, error: unknown) {
    const size = node.config?.['batchSize'];
    const isMany = typeof size === 'number' && Array.isArray(output) && error === undefined;
    const batches = isMany ? chunks(output as unknown[], size) : [output];
    const ways: { key: string; index: number; batch: number; part: unknown }[] = [];
    for (const [batch, part] of batches.entries()) {
      for (const [index, { key, filter }] of (node.links ?? []).entries()) {
        const variables = { input, output: part, error };
        const holds =
          filter === undefined || (await evaluateFormula(filter, variables).catch(badFilter)) === true;
        if (holds) ways.push({ key, index, batch, part });
      }
    }
    return ways;
  }

  async function doIt(key: string, node: ModelNode, path: string, input: JsonObject): Promise<unknown> {
    const config = (await evaluateFormula(node.config ?? {}, { input })) as JsonObject;
    if (node.type === 'transform-data') return config['output'];
    if (node.type === 'filter') return config['filter'] === true ? input : skipped;
    if (node.type === 'http-request') {
      const { status, data } = respond(String((config['request'] as JsonObject)['uri']));
      if (status >= 400) throw new Error(`status ${status}`);
      return data;
    }
    const root = String(config['rootNodeKey']);
    const items = (config['items'] ?? []) as unknown[];
    for (const [index, item] of items.entries())
      await go(root, `${path}/${root}:${index}`, { ...input, [key]: { item, index } as never });
    return gathered(root, path);
  }

  /** Node runs within, but not within another for-each inside. */
  function gathered(root: string, path: string): JsonObject {
    const output: Record<string, unknown[]> = {};
    for (const inner of body(root)) output[inner] = [];
    for (const [inner, { node, state, output: gave }] of runs) {
      if (state !== 'completed' || !inner.startsWith(`${path}/`)) continue;
      const rest = inner.slice(path.length + 1).split('/');
      const isOwn = rest.every((part, at) => at === 0 || part.includes('.')) && !rest[0]?.includes('.');
      if (!isOwn) continue;
      output[node]?.push(gave ?? null);
    }
    return output as JsonObject;
  }

  function body(root: string): Set<string> {
    const keys = new Set([root]);
    for (const key of keys) for (const link of flow[key]?.links ?? []) keys.add(link.key);
    return keys;
  }

  for (const [index, given] of inputs.entries()) {
    const trigger = flow[start] as ModelNode;
    const input = { ...given, [start]: given } as JsonObject;
    try {
      for (const { key, index: link } of await waysOf(trigger, input, given, undefined))
        await go(key, `${start}:${index}/${key}:${link}.0`, input);
    } catch (caught) {
      if (!(caught instanceof BadFilter)) throw caught;
      failed = true;
    }
  }
  return { runs, state: failed ? 'failed' : 'completed' };
}

const skipped = Symbol('skipped');

class BadFilter extends Error {}

function badFilter(): never {
  throw new BadFilter();
}

function chunks(list: readonly unknown[], size: number): unknown[][] {
  const made: unknown[][] = [];
  for (let at = 0; at < list.length; at += size) made.push(list.slice(at, at + size));
  return made;
}

/** Errors are told in many words: here it only counts that there is one. */
export function withoutErrors(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutErrors);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === 'error' ? 'some' : withoutErrors(inner)]),
  );
}
