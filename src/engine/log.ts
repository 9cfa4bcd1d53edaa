import { MembraneError } from '../core/error.js';
import type { Json, JsonObject } from '../core/json.js';
import type { Engine } from './engine.js';

/** What somebody tried with a connection. */
export interface Attempt {
  readonly action: 'connect' | 'reconnect' | 'refresh' | 'test' | 'rename' | 'delete';
  /** Its key. */
  readonly connection: string;
  /** Its id, where it has one already. */
  readonly id?: string | undefined;
  readonly integration: string;
  /** Milliseconds since 1970. */
  readonly started: number;
  /** Why it failed. */
  readonly error?: unknown;
}

/** Logs what was tried with a connection. That it cannot be logged does not change what came of it. */
export async function writeAttempt(engine: Engine, attempt: Attempt): Promise<void> {
  const { action, connection, id, integration, started, error } = attempt;
  const ms = engine.ports.clock.now() - started;
  try {
    const store = await engine.ports.store();
    await store.drawer('connection-attempt').put({
      id: engine.ports.ids.next(),
      tenant: engine.tenant,
      time: started,
      state: error === undefined ? 'completed' : 'failed',
      ...(id === undefined ? {} : { parent: id }),
      data: {
        action,
        connection,
        integration,
        ms,
        ...(error === undefined ? {} : { error: errorFacts(error) }),
      },
    });
  } catch (cause) {
    if (!(cause instanceof MembraneError)) throw cause;
    engine.emit({
      type: 'warning',
      message: `that "${connection}" was tried could not be logged: ${cause.message}`,
    });
  }
}

/** Does something with a connection and logs it, however it ends. */
export async function attempt<T>(
  engine: Engine,
  what: Pick<Attempt, 'action' | 'connection' | 'id' | 'integration'>,
  work: () => Promise<T>,
): Promise<T> {
  const started = engine.ports.clock.now();
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await writeAttempt(engine, { ...what, started, error });
    throw error;
  }
  await writeAttempt(engine, { ...what, started });
  return result;
}

/** An error as facts for the log and for `--json`. */
export function errorFacts(error: unknown): JsonObject {
  if (!(error instanceof MembraneError))
    return { code: 'fault', message: error instanceof Error ? error.message : String(error) };
  const { code, message, hint, key, data } = error;
  return plain({ code, message, hint, class: error.class, key, data });
}

/** Without what JSON cannot hold. */
export function plain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

export function jsonOf(value: unknown): Json {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json);
}
