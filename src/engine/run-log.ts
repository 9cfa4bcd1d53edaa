import { MembraneError } from '../core/error.js';
import type { Emit } from '../core/event.js';
import type { Ports, Row } from '../core/ports.js';
import type { Exchange } from './client.js';
import { plain } from './log.js';

/** What runs leave behind in the store. */
export interface RunLog {
  /** Stored once it resolves: a run that is killed afterwards is known, as running. */
  begin(run: Row): Promise<void>;
  /** Stored with the next write, within some milliseconds, at the latest by `flush`: many runs share one. */
  end(run: Row, exchanges: readonly Exchange[]): void;
  /** Requests of what is stored elsewhere; written as `end` does. */
  requests(of: Pick<Row, 'id' | 'tenant'>, exchanges: readonly Exchange[]): void;
  /** Whether anything was ever stored. */
  used(): boolean;
  /** Resolves when everything is stored. */
  flush(): Promise<void>;
}

const maxDelayMs = 5;

export function openRunLog(
  { store, clock, ids }: Pick<Ports, 'store' | 'clock' | 'ids'>,
  emit: Emit,
): RunLog {
  let used = false;
  let runs: Row[] = [];
  let requests: Row[] = [];
  let due: Promise<void> | undefined;
  let writing: Promise<unknown> = Promise.resolve();

  /** Writes what waits, in one transaction. */
  async function write(): Promise<void> {
    if (runs.length === 0 && requests.length === 0) return;
    const { drawer } = await store();
    const [ended, sent] = [runs, requests];
    runs = [];
    requests = [];
    const put = Promise.all([
      ...(ended.length === 0 ? [] : [drawer('action-run').put(ended)]),
      ...(sent.length === 0 ? [] : [drawer('request').put(sent)]),
    ]);
    writing = Promise.allSettled([writing, put]);
    await put;
  }

  /** Nobody waits for this: what goes wrong is said, and the result of the run stands. */
  async function writeSoon(): Promise<void> {
    await clock.sleep(maxDelayMs);
    due = undefined;
    await write().catch((error: unknown) => {
      if (!(error instanceof MembraneError)) throw error;
      emit({ type: 'warning', message: `the run could not be logged: ${error.message}` });
    });
  }

  return {
    used: () => used,
    begin: (run) => {
      used = true;
      runs.push(run);
      return write();
    },
    end: (run, exchanges) => {
      runs.push(run);
      requests.push(...exchanges.map((exchange) => requestRow(run, exchange, ids.next(), clock.now())));
      due ??= writeSoon();
    },
    requests(of, exchanges) {
      used = true;
      requests.push(...exchanges.map((exchange) => requestRow(of, exchange, ids.next(), clock.now())));
      due ??= writeSoon();
    },
    flush: async () => {
      await write();
      await writing; // not for what is due: the timer will find nothing left to write
    },
  };
}

function requestRow(run: Pick<Row, 'id' | 'tenant'>, exchange: Exchange, id: string, time: number): Row {
  const ok = exchange.status !== undefined && exchange.status < 400;
  return { id, tenant: run.tenant, time, state: ok ? 'ok' : 'failed', parent: run.id, data: plain(exchange) };
}
