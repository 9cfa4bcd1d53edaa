import { MembraneError } from '../core/error.js';
import type { Emit } from '../core/event.js';
import type { Ports, Row } from '../core/ports.js';
import type { Exchange } from './client.js';

/** What runs leave behind in the store. */
export interface RunLog {
  /** Stored once it resolves: a run that is killed afterwards is known, as running. */
  begin(run: Row): Promise<void>;
  /** Stored with the next write, within 20 ms, at the latest by `flush`: many runs share one. */
  end(run: Row, exchanges: readonly Exchange[]): void;
  /** Requests of what is stored elsewhere; written as `end` does. */
  requests(of: Pick<Row, 'id' | 'tenant'>, exchanges: readonly Exchange[]): void;
  /** Whether anything was ever stored. */
  used(): boolean;
  /** Resolves when everything is stored. */
  flush(): Promise<void>;
}

const maxDelayMs = 20;

export function openRunLog(
  { store, clock, ids }: Pick<Ports, 'store' | 'clock' | 'ids'>,
  emit: Emit,
): RunLog {
  let used = false;
  let runs: Row[] = [];
  let requests: Row[] = [];
  let due: AbortController | undefined;
  let writing: Promise<unknown> = Promise.resolve();

  /** Writes what waits, in one transaction. */
  async function write(): Promise<void> {
    if (runs.length === 0 && requests.length === 0) return;
    const { write: writeAll } = await store();
    const changes = [
      { drawer: 'action-run', put: runs },
      { drawer: 'request', put: requests },
    ];
    runs = [];
    requests = [];
    const put = writeAll(changes);
    writing = Promise.allSettled([writing, put]);
    await put;
  }

  /** Nobody waits for this: what goes wrong is said, and the result of the run stands. */
  async function writeSoon(ended: AbortSignal): Promise<void> {
    // A pause that is cut short has been written by who cut it.
    await clock.sleep(maxDelayMs, ended).catch(() => undefined);
    if (ended.aborted) return;
    due = undefined;
    await write().catch((error: unknown) => {
      if (!(error instanceof MembraneError)) throw error;
      emit({ type: 'warning', message: `the run could not be logged: ${error.message}` });
    });
  }

  function writeLater(): void {
    if (due !== undefined) return;
    due = new AbortController();
    void writeSoon(due.signal);
  }

  return {
    used: () => used,
    async begin(run) {
      used = true;
      // Alone: somebody waits for it, and nobody for what ended before.
      await (await store()).drawer('action-run').put(run);
    },
    end: (run, exchanges) => {
      runs.push(run);
      requests.push(...exchanges.map((exchange) => requestRow(run, exchange, ids.next(), clock.now())));
      writeLater();
    },
    requests(of, exchanges) {
      used = true;
      requests.push(...exchanges.map((exchange) => requestRow(of, exchange, ids.next(), clock.now())));
      writeLater();
    },
    flush: async () => {
      due?.abort('all is written'); // the pause would keep the process alive
      due = undefined;
      await write();
      await writing;
    },
  };
}

function requestRow(run: Pick<Row, 'id' | 'tenant'>, exchange: Exchange, id: string, time: number): Row {
  const ok = exchange.status !== undefined && exchange.status < 400;
  return { id, tenant: run.tenant, time, state: ok ? 'ok' : 'failed', parent: run.id, data: { ...exchange } };
}
