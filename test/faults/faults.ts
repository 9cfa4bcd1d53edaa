/** What goes wrong with an API, as steps: what happens to its items, and how it answers meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { pageSize, send, type Api, type Fault } from './api.js';

const minute = 60_000;
const hour = 60 * minute;
/** One try of one request, as the project says. */
const requestMs = 2000;

export interface Steps {
  readonly api: Api;
  /** One watch of all subscriptions; `ms` pass before. */
  tick(ms?: number): Promise<void>;
}

/** The API is sound again when a fault ends; some more ticks follow, and then nothing may be missing. */
export const faults: Readonly<Record<string, (steps: Steps) => Promise<void>>> = {
  'equal timestamps': async ({ api, tick }) => {
    const at = api.now;
    for (let round = 0; round < 3; round += 1) {
      for (let count = 0; count < 4; count += 1) api.create({ at });
      api.update('1001', { at });
      await tick(0);
    }
  },
  'late-indexed records': async ({ api, tick }) => {
    api.create({ shownAt: api.now + 5 * minute });
    // More than a few newer ones stand before it when it turns up.
    for (let round = 0; round < 4; round += 1) {
      for (let count = 0; count < 5; count += 1) api.create();
      await tick(minute);
    }
    await tick(2 * minute);
  },
  'clocks that differ': async ({ api, tick }) => {
    api.create({ at: api.now + 3 * hour });
    await tick(minute);
    api.create();
    await tick(minute);
    api.create({ at: api.now - 90_000 });
    await tick(minute);
  },
  'last-seen record deleted': async ({ api, tick }) => {
    const last = api.create();
    await tick(minute);
    api.delete(last.id);
    api.create();
    await tick(minute);
    await tick(minute);
  },
  'pages that shift while they are read': async ({ api, tick }) => {
    for (let count = 0; count < 35; count += 1) api.create({ at: api.now - count });
    const shifted: Record<string, number> = {};
    api.fault = ({ path, page }, _, body) => {
      const isMiddle = page === 1 || body.events?.length === pageSize;
      if (isMiddle && (shifted[path] = (shifted[path] ?? 0) + 1) <= 2) {
        api.misbehaved.add(path);
        const [newest] = api.newest('created');
        if (newest !== undefined) api.delete(newest.id);
        const oldest = [...api.items.keys()].sort()[0];
        if (oldest !== undefined) api.delete(oldest);
      }
      return false;
    };
    await tick(minute);
    api.fault = undefined;
    // What it hid is old when the next look comes.
    api.create({ at: api.now + 3 * hour - minute });
    await tick(3 * hour);
    await tick(minute);
  },
  'more news than one page': async ({ api, tick }) => {
    for (let count = 0; count < 45; count += 1) api.create({ at: api.now - count * 1000 });
    await tick(minute);
  },
  'a cursor that repeats': async ({ api, tick }) => {
    for (let count = 0; count < 25; count += 1) api.create();
    api.fault = ({ url }, response, body) => {
      const state = Number(url.searchParams.get('since'));
      if (body.events?.length === pageSize) send(response, 200, { ...body, state });
      else if (body.cursor !== undefined) send(response, 200, { ...body, cursor: '10' });
      else return false;
      return true;
    };
    await tick(minute);
    await tick(minute);
  },
  'a list without an end': async ({ api, tick }) => {
    api.create();
    let page = 0;
    api.fault = (_, response, body) => {
      page = (page + 1) % 7;
      // The feed stands before its last change, and says each time that it went on.
      const state = api.changes.length - 1 + page / 10;
      if (body.events !== undefined) send(response, 200, { ...body, state });
      else send(response, 200, { records: body.records.slice(0, 1), cursor: `${page}0` });
      return true;
    };
    await tick(minute);
  },
  'empty pages with a next cursor': async ({ api, tick }) => {
    for (let count = 0; count < 15; count += 1) api.create();
    api.fault = ({ url }, response, body) => {
      const since = Number(url.searchParams.get('since'));
      if (body.events !== undefined) {
        if (!Number.isInteger(since)) return false;
        send(response, 200, { ...body, events: [], state: since + 0.5 });
        return true;
      }
      const cursor = url.searchParams.get('cursor') ?? '';
      if (!cursor.startsWith('0')) {
        send(response, 200, { ...body, records: [], cursor: `0${cursor || '0'}` });
        return true;
      }
      return false;
    };
    await tick(minute);
  },
  'timestamps out of order': async ({ api, tick }) => {
    for (const offset of [0, -40_000, 20_000, -90_000, 5000]) api.create({ at: api.now + offset - minute });
    api.fault = (_, response, body) => {
      const events = body.events === undefined ? {} : { events: [...body.events].reverse() };
      send(response, 200, { ...body, records: [...body.records].reverse(), ...events });
      return true;
    };
    await tick(minute);
    api.create();
    await tick(minute);
  },
  'a clock that is put back an hour': async ({ api, tick }) => {
    api.time = (ms) => new Date(ms).toISOString().replace('Z', '');
    api.create();
    await tick(minute);
    api.create({ at: api.now - hour });
    api.update('1002', { at: api.now - hour });
    await tick(minute);
    await tick(16 * minute);
    api.time = (ms) => new Date(ms).toISOString();
  },
  'a clock that is put forward an hour': async ({ api, tick }) => {
    api.time = (ms) => new Date(ms).toISOString().replace('Z', '');
    api.create();
    await tick(minute);
    api.create({ at: api.now + hour });
    await tick(minute);
    api.create({ at: api.now + hour });
    api.create();
    await tick(16 * minute);
    api.time = (ms) => new Date(ms).toISOString();
  },
  'another time zone': async ({ api, tick }) => {
    api.time = (ms) => `${new Date(ms + 5 * hour + 30 * minute).toISOString().slice(0, -1)}+05:30`;
    api.create();
    await tick(minute);
    api.create();
    await tick(minute);
    api.time = (ms) => new Date(ms).toISOString();
  },
  'another format of timestamps': async ({ api, tick }) => {
    api.create();
    await tick(minute);
    api.time = (ms) => ms;
    api.create();
    await tick(minute);
    api.time = (ms) => new Date(ms).toISOString();
  },
  'ids that change their type': async ({ api, tick }) => {
    api.create();
    await tick(minute);
    api.id = Number;
    api.create();
    await tick(minute);
    api.id = (id) => id;
  },
  'a record without an id': async ({ api, tick }) => {
    api.create();
    api.fault = (_, response, body) => {
      const nameless = { fields: { n: 0 } };
      const { events, records } = body;
      if (events === undefined) send(response, 200, { ...body, records: [nameless, ...records] });
      else send(response, 200, { ...body, events: [{ type: 'created', record: nameless }, ...events] });
      return true;
    };
    await tick(minute);
  },
  ...answers({
    '401 in the middle': (response) => send(response, 401, { message: 'who are you' }),
    '429 with Retry-After': (response, round) =>
      send(response, 429, {}, { 'retry-after': round === 0 ? '0' : '5400' }),
    '500 in the middle': (response) => send(response, 500, { message: 'oh no' }),
    'JSON that is cut off': (response) => send(response, 200, '{"records": [{"id": "10'),
    'a connection that is cut off': (response) => void response.socket?.destroy(),
  }),
  'an answer that takes long': async ({ api, tick }) => {
    api.create();
    // Longer than `limits.requestSeconds` of the project, and then a little.
    const waits: Record<string, number[]> = {};
    api.fault = async ({ path }) => {
      const ms = (waits[path] ??= [requestMs + 300, 150]).shift();
      if (ms === undefined) return false;
      api.misbehaved.add(path);
      await sleep(ms);
      return false;
    };
    await tick(minute);
  },
  'an app that does not answer': async ({ api, tick }) => {
    api.create();
    api.update('1003');
    api.appStatus = 422;
    await tick(minute);
    api.create();
    await tick(minute);
    api.appStatus = 200;
    await tick(hour);
    await tick(hour);
  },
  'deleted, and created again': async ({ api, tick }) => {
    for (let round = 0; round < 2; round += 1) {
      api.delete('1004');
      await tick(minute);
      await tick(minute);
      api.create({ id: '1004' });
      await tick(minute);
    }
  },
};

/** Faults that are one answer, given on the second page, or for a change: to all first, and then to some. */
function answers(all: Record<string, (response: Parameters<Fault>[1], round: number) => void>) {
  return Object.fromEntries(
    Object.entries(all).map(([name, give]) => [
      name,
      async ({ api, tick }: Steps) => {
        for (let count = 0; count < 15; count += 1) api.create();
        api.update('1002');
        for (const [round, atMost] of [Infinity, 3].entries()) {
          const given: Record<string, number> = {};
          api.fault = ({ page, path }, response) => {
            if (page !== 1 && path !== '/changes') return false;
            if ((given[path] = (given[path] ?? 0) + 1) > atMost) return false;
            give(response, round);
            return true;
          };
          await tick(minute);
        }
      },
    ]),
  );
}
