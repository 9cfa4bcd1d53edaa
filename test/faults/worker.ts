/**
 * A process that watches once: `worker.ts ROOT POINT`. At its point it kills itself: before or after it saves what a
 * look has found, before or after it calls the app, before or after it stores that it did.
 */
import { createHttp } from '../../src/adapters/http-got.js';
import { openSqliteStore } from '../../src/adapters/store-sqlite.js';
import { systemClock } from '../../src/adapters/clock-system.js';
import { MembraneError } from '../../src/core/error.js';
import { openMembrane } from '../../src/membrane.js';

const [root = '', point = 'none'] = process.argv.slice(2);

/** Ends this process as nobody can prevent it. */
async function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}

/** Not the first time: others are through then. */
let left = Math.floor(Math.random() * 3);
const isNow = (name: string): boolean => name === point && left-- <= 0;

const http = createHttp();
const store = await openSqliteStore({
  file: `${root}/.membrane/state.db`,
  synchronous: 'normal',
  clock: systemClock,
});
const write = store.write.bind(store);
const membrane = await openMembrane({
  cwd: root,
  env: process.env,
  ports: {
    store: async () => ({
      ...store,
      drawer(name) {
        const drawer = store.drawer(name);
        if (name !== 'flow-run') return drawer;
        return {
          ...drawer,
          async put(rows, options) {
            if (isNow('before-start')) await die();
            await drawer.put(rows, options);
            if (isNow('after-start')) await die();
          },
        };
      },
      async write(changes, options) {
        const has = (drawer: string) =>
          changes.some((one) => one.drawer === drawer && (one.put?.length ?? 0) > 0);
        const name = has('event') ? 'finish' : has('event-pending') ? 'save' : '';
        if (isNow(`before-${name}`)) await die();
        await write(changes, options);
        if (isNow(`after-${name}`)) await die();
      },
    }),
    http: {
      async send(request) {
        const isApp = request.url.includes('/app/');
        if (isApp && isNow('before-delivery')) await die();
        const response = await http.send(request);
        if (isApp && isNow('after-delivery')) await die();
        return response;
      },
    },
  },
});
try {
  await membrane.watch({ once: true });
} catch (error) {
  if (!(error instanceof MembraneError)) throw error;
}
await membrane.close();
await store.close();
