import { compileFormula } from '../formulas/compile.js';
import { MembraneError } from '../core/error.js';
import { isObject } from '../core/json.js';
import type { ApiClient } from '../core/kind.js';
import { createRedactor, secretStrings, type Redactor } from '../core/redact.js';
import type { BoundClientOptions } from './bound-client.js';
import { createClient, type ClientBase } from './client.js';
import { fillIn } from './config-env.js';
import type { Engine } from './engine.js';
import { filesOf } from './files.js';

/** A client for absolute addresses, with nobody's credentials; `secrets` are cut out of its errors. */
export function webClient(
  engine: Engine,
  options: BoundClientOptions,
  secrets: readonly string[] = [],
): ApiClient {
  const base = async () => ({ headers: {}, query: {}, responseHandlers: [] });
  const { address: _, ...client } = clientWith(engine, options, base, createRedactor(secrets));
  return client;
}

/** A client for the user's own product, as `app` of membrane.yaml says. */
export function yourAppClient(engine: Engine, options: BoundClientOptions): ApiClient {
  const { secret: _secret, ...written } = engine.project.config.app;
  const redactor = createRedactor([]);
  const base = async (): Promise<ClientBase> => {
    // Read when it is used: most runs never call the app, and need none of its variables.
    const { value: app, secrets } = fillIn(engine, written, 'app');
    const own = secretStrings({ headers: app.headers ?? {}, auth: app.auth?.password ?? '' });
    [...secrets, ...own].forEach(redactor.add);
    if (app.baseUri === undefined) {
      throw new MembraneError('http/request', 'membrane.yaml does not say where your app is', {
        hint: 'give it "app: {baseUri: https://…}"',
        class: 'configuration',
      });
    }
    const tenant = await engine.ports.tenants.get(engine.tenant);
    const facts = {
      key: engine.tenant,
      id: engine.tenant,
      name: tenant?.name ?? engine.tenant,
      fields: tenant?.fields ?? {},
    };
    const headers = await compileFormula(app.headers ?? {}).evaluate({ tenant: facts, user: facts });
    return {
      baseUri: app.baseUri,
      headers: isObject(headers) ? headers : {},
      query: {},
      responseHandlers: [],
      ...(app.auth === undefined ? {} : { auth: app.auth }),
    };
  };
  return clientWith(engine, options, base, redactor);
}

function clientWith(
  engine: Engine,
  options: BoundClientOptions,
  base: () => Promise<ClientBase>,
  redactor: Redactor,
): ApiClient {
  const { limits } = engine.project.config;
  return createClient({
    http: engine.ports.http,
    clock: engine.ports.clock,
    emit: engine.emit,
    base,
    redact: redactor.redact,
    timeoutMs: limits.requestMs,
    maxBytes: limits.responseBytes,
    loggedBodyBytes: limits.loggedBodyBytes,
    files: filesOf(engine),
    signal: options.signal,
    beforeUnsafe: options.beforeUnsafe,
    instead: options.instead,
    ...(options.onExchange === undefined ? {} : { onExchange: options.onExchange }),
  });
}
