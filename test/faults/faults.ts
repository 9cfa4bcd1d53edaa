/** What goes wrong with an API, as steps: what happens to its items, and how it answers meanwhile. */
import { send, type Api } from './api.js';

const minute = 60_000;
const hour = 60 * minute;

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
    const late = api.create({ shownAt: api.now + 5 * minute });
    api.create();
    await tick(minute);
    api.create();
    await tick(minute);
    await tick(10 * minute);
    void late;
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
    let shifts = 2;
    api.fault = ({ page }) => {
      if (page === 1 && shifts-- > 0) {
        const [newest] = api.newest('created');
        if (newest !== undefined) api.delete(newest.id);
        const oldest = [...api.items.keys()].sort()[0];
        if (oldest !== undefined) api.delete(oldest);
      }
      return false;
    };
    await tick(minute);
    api.fault = undefined;
    await tick(minute);
    await tick(minute);
  },
  'more news than one page': async ({ api, tick }) => {
    for (let count = 0; count < 45; count += 1) api.create({ at: api.now - count * 1000 });
    await tick(minute);
  },
  'a cursor that repeats': async ({ api, tick }) => {
    for (let count = 0; count < 25; count += 1) api.create();
    api.fault = (_, response, body) => {
      if (body.cursor === undefined) return false;
      send(response, 200, { ...body, cursor: '10' });
      return true;
    };
    await tick(minute);
  },
  'a list without an end': async ({ api, tick }) => {
    api.create();
    let page = 0;
    api.fault = (_, response, body) => {
      send(response, 200, { ...body, cursor: `${(page += 1) % 7}0`, records: body.records.slice(0, 1) });
      return true;
    };
    await tick(minute);
  },
  'empty pages with a next cursor': async ({ api, tick }) => {
    for (let count = 0; count < 15; count += 1) api.create();
    api.fault = ({ url, path }, response, body) => {
      if (path === '/changes') return false;
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
      send(response, 200, { ...body, records: [...body.records].reverse() });
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
      send(response, 200, { ...body, records: [{ fields: { n: 0 } }, ...body.records] });
      return true;
    };
    await tick(minute);
  },
  ...answers({
    '401 in the middle': (response) => send(response, 401, { message: 'who are you' }),
    '429 with Retry-After': (response) => send(response, 429, {}, { 'retry-after': '0' }),
    '500 in the middle': (response) => send(response, 500, { message: 'oh no' }),
    'JSON that is cut off': (response) => send(response, 200, '{"records": [{"id": "10'),
    'a connection that is cut off': (response) => void response.socket?.destroy(),
  }),
  'an answer that takes long': async ({ api, tick }) => {
    api.create();
    let times = 2;
    api.fault = async () => {
      if (times-- > 0) await new Promise((resolve) => void setTimeout(resolve, 150));
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

/** Faults that are one answer, given on the second page, or else on the first. */
function answers(all: Record<string, (response: Parameters<typeof send>[0]) => void>) {
  return Object.fromEntries(
    Object.entries(all).map(([name, give]) => [
      name,
      async ({ api, tick }: Steps) => {
        for (let count = 0; count < 15; count += 1) api.create();
        api.update('1002');
        let left = 12;
        api.fault = ({ page, path }, response) => {
          if ((page !== 1 && path !== '/changes') || left-- <= 0) return false;
          give(response);
          return true;
        };
        await tick(minute);
      },
    ]),
  );
}
