/**
 * A process that uses a connection: `worker.ts ROOT CONNECTION REQUESTS [FAULT]`. Prints `ready`, then a line for
 * each request: `ok`, or `failed CODE`. With a fault it kills itself at a point of its first refresh:
 *
 * - `before-request`: the intent is stored, and nothing was sent
 * - `after-reply`: the server has answered, and nothing was written
 * - `after-write`: the secret is written, and nobody was told
 * - `pause-after-reply`: stops where `after-reply` dies, and goes on when it is told to
 */
import { writeSync } from 'node:fs';
import { lowdbConnections } from '../../src/adapters/connections-lowdb.js';
import { systemClock } from '../../src/adapters/clock-system.js';
import { createHttp } from '../../src/adapters/http-got.js';
import { MembraneError } from '../../src/core/error.js';
import type { Ports } from '../../src/core/ports.js';
import { openMembrane } from '../../src/membrane.js';

const [root = '', connection = '', requests = '1', fault] = process.argv.slice(2);
const http = createHttp();
const connections = lowdbConnections(root);

/** Ends this process as nobody can prevent it, at once. */
async function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}

const isTokenRequest = (url: string): boolean => url.endsWith('/token');

const faults: Record<string, Partial<Ports>> = {
  'before-request': {
    http: { send: (request) => (isTokenRequest(request.url) ? die() : http.send(request)) },
  },
  'after-reply': {
    http: {
      async send(request) {
        const response = await http.send(request);
        return isTokenRequest(request.url) ? die() : response;
      },
    },
  },
  'pause-after-reply': {
    http: {
      async send(request) {
        const response = await http.send(request);
        if (isTokenRequest(request.url)) process.kill(process.pid, 'SIGSTOP');
        return response;
      },
    },
  },
  'after-write': { connections: { ...connections, update: die } },
};

/** Written before anything else happens, so that a kill takes no word of what was done. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}

const membrane = await openMembrane({
  cwd: root,
  env: { MEMBRANE_SECRETS: 'file' },
  ...(fault === undefined ? {} : { ports: faults[fault] }),
});
say('ready');
for (let done = 0; done < Number(requests);) {
  try {
    await membrane.request(connection, { method: 'GET', path: '/me' });
    say('ok');
    done += 1;
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    say(`failed ${error.code}`);
    if (fault !== undefined || requests === '1') break;
    await systemClock.sleep(250);
  }
  // Requests come at any time, as they do in life.
  await systemClock.sleep(Math.random() * 60);
}
await membrane.close();
