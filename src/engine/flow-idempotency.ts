import { createHash } from 'node:crypto';
import { MembraneError } from '../core/error.js';
import { isObject, valueAt, type JsonObject } from '../core/json.js';
import type { ApiClient, ClientRequest } from '../core/kind.js';
import type { ResolvedElement } from '../core/project.js';
import type { NodeRun } from '../core/walk.js';
import type { Engine } from './engine.js';
import { evaluator } from './evaluate.js';

const reading: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Where `config.idempotency` of a node says how an API tells a repeated request from a new one: puts the value into
 * each request that changes something, and lets it be repeated. It is the same whenever the node run is repeated. The
 * second such request of one node run has `/2` behind it, and so on.
 */
export function idempotent(
  engine: Engine,
  element: ResolvedElement,
  run: NodeRun,
  runId: string,
  variables: () => Readonly<Record<string, unknown>>,
): ((client: ApiClient) => ApiClient) | undefined {
  const at = [...run.at, 'config', 'idempotency'];
  if (!isObject(valueAt(element.value, at))) return undefined;
  const { formulaDepth: depth } = engine.project.config.limits;
  const locate = (path: typeof at) => engine.project.locate(element, path);
  let asked: Promise<unknown> | undefined;
  let sent = 0;
  const marked = async (request: ClientRequest): Promise<ClientRequest> => {
    if (reading.has((request.method ?? 'GET').toUpperCase())) return request;
    asked ??= evaluator(element.value, { locate: (path) => locate([...path]), depth })(at, variables());
    const settings = await asked;
    const { in: where, name, value } = isObject(settings) ? settings : {};
    if (typeof name !== 'string') {
      throw new MembraneError('http/request', '"idempotency" gives no name', { span: locate(at) });
    }
    sent += 1;
    const own = value === undefined || value === null ? idOf(runId, run.id) : String(value);
    return withValue(request, where, name, sent === 1 ? own : `${own}/${sent}`);
  };
  return (client) => ({
    address: async () => client.address?.(),
    send: async (request) => client.send(await marked(request)),
    async *pages(request, pagination) {
      yield* client.pages(await marked(request), pagination);
    },
  });
}

/** APIs take about 255 characters of plain text. */
function idOf(runId: string, id: string): string {
  const whole = `${runId}/${id}`;
  if (whole.length <= 200 && /^[\x21-\x7e]+$/.test(whole)) return whole;
  return `${runId}/${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
}

function withValue(request: ClientRequest, where: unknown, name: string, value: string): ClientRequest {
  if (where === 'header')
    return { ...request, headers: { ...request.headers, [name]: value }, idempotent: true };
  if (where === 'query') return { ...request, query: { ...request.query, [name]: value }, idempotent: true };
  const { data } = request;
  if (data !== undefined && !isObject(data)) {
    throw new MembraneError(
      'http/request',
      `"idempotency" cannot put "${name}" into a body that is no object`,
      {
        hint: 'put it into a header, or into the query',
      },
    );
  }
  return { ...request, data: { ...(data as JsonObject | undefined), [name]: value }, idempotent: true };
}
