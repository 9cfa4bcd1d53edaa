/**
 * A process that drives a run: `worker.ts ROOT RUN MARK [retry] [FAULT]`. Without a run (`-`) it makes one, and prints
 * `run ID`. Then `live` when the first node runs, and `end STATE`. With a fault, `POINT:NUMBER`, it kills itself when it
 * comes to that point so many times:
 *
 * - `before-write:DRAWER`, `after-write:DRAWER`: around a write to this drawer of the state database
 * - `before-lock`, `after-lock`: around the taking of the lock of the run
 * - `before-request:SORT`, `after-request:SORT`: around a request that is a `GET`, `PUT`, `POST`, or a post with a key
 */
import { writeSync } from 'node:fs';
import path from 'node:path';
import { createHttp } from '../../src/adapters/http-got.js';
import { openSqliteStore } from '../../src/adapters/store-sqlite.js';
import { systemClock } from '../../src/adapters/clock-system.js';
import type { Http, HttpRequest, Store } from '../../src/core/ports.js';
import { openMembrane } from '../../src/membrane.js';
import { inputsOf } from './project.js';

const [root = '', run = '-', mark = '', ...more] = process.argv.slice(2);
const retryInterrupted = more.includes('retry');
const [wanted, number] = splitFault(more.find((word) => word.includes('-')));

function splitFault(fault: string | undefined): [string | undefined, number] {
  const colon = fault?.lastIndexOf(':') ?? -1;
  return colon === -1 ? [undefined, 0] : [fault?.slice(0, colon), Number(fault?.slice(colon + 1))];
}

let times = 0;

/** Dies here where this is the point: as nobody can prevent it, at once. */
async function point(name: string): Promise<void> {
  if (name !== wanted) return;
  times += 1;
  if (times < number) return;
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => undefined);
}

function killable(store: Store): Store {
  return {
    ...store,
    drawer(name) {
      const drawer = store.drawer(name);
      return {
        ...drawer,
        async put(rows, options) {
          await point(`before-write:${name}`);
          await drawer.put(rows, options);
          await point(`after-write:${name}`);
        },
      };
    },
    async lock(name, options) {
      await point('before-lock');
      const lock = await store.lock(name, options);
      await point('after-lock');
      return lock;
    },
  };
}

const http = createHttp();
const killableHttp: Http = {
  async send(request) {
    await point(`before-request:${sortOf(request)}`);
    const response = await http.send(request);
    await point(`after-request:${sortOf(request)}`);
    return response;
  },
};

function sortOf({ method, headers, body }: HttpRequest): string {
  const marked = headers['idempotency-key'] !== undefined || String(body).includes('requestId');
  return method === 'POST' && marked ? 'KEYED' : method;
}

/** Written before anything else happens, so that a kill takes no word of what was done. */
const say = (line: string): void => void writeSync(1, `${line}\n`);

let live = false;
const file = path.join(root, '.membrane/state.db');
let store: Promise<Store> | undefined;
const membrane = await openMembrane({
  cwd: root,
  emit: (event) => {
    if (live || event.type !== 'node-run') return;
    live = true;
    say('live');
  },
  ports: {
    http: killableHttp,
    store: () =>
      (store ??= openSqliteStore({ file, synchronous: 'normal', clock: systemClock }).then(killable)),
  },
});
let id = run;
if (id === '-') {
  ({ id } = await membrane.flows.queue('order', { inputs: inputsOf(mark) }));
  say(`run ${id}`);
}
// Who was killed between the last write and the word of it has left a run that is over.
const before = await membrane.flows.runs.show(id);
const { state } =
  before.state === 'completed' ? before : await membrane.flows.runs.resume(id, { retryInterrupted });
say(`end ${state}`);
await membrane.close();
await (await store)?.close();
