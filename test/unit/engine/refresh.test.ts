import { describe, expect, it } from 'vitest';
import { MembraneError } from '../../../src/core/error.js';
import type { Secrets } from '../../../src/core/ports.js';
import { clientOf } from '../../../src/engine/bound-client.js';
import { removeConnection } from '../../../src/engine/connection-life.js';
import { alone } from '../../../src/engine/connection-lock.js';
import { lastSecrets, recordOf, storeSecrets } from '../../../src/engine/connection-secrets.js';
import { findConnection } from '../../../src/engine/connections.js';
import type { Engine } from '../../../src/engine/engine.js';
import { finishRefreshes } from '../../../src/engine/refresh.js';
import { answer, refreshWorld, timeout, unreachable, type Fault } from './refresh-world.js';
import { failure } from './world.js';

const minute = 60_000;
const reconnect = 'connect it again: membrane connect crm --key crm --reconnect';
const ended = (code: string, message: string) => ({ code, message, hint: reconnect });
const refused = '"id.example.com" refuses the grant: invalid_grant: token used';

describe('credentials are made new', () => {
  it('five minutes before they end, and stored before they are used', async () => {
    const { ask, clock, provider, stored, record, intent, attempts } = await refreshWorld();
    await clock.move(54 * minute);
    expect(await ask()).toBe('access-token-0');
    await clock.move(2 * minute);
    expect(await ask()).toBe('access-token-1');
    expect(await stored()).toEqual({
      access_token: 'access-token-1',
      refresh_token: 'refresh-token-1',
      expires_in: 3600,
      token_type: 'bearer',
      generation: 2,
    });
    expect(await record()).toMatchObject({
      generation: 2,
      nextCredentialsRefreshAt: clock.now() + 55 * minute,
      updatedAt: clock.now(),
    });
    expect([provider.seen, await intent(), await attempts()]).toEqual([
      { refreshes: 1, requests: 2 },
      undefined,
      ['refresh completed'],
    ]);
  });

  it('a tenth of their life ahead where they live shortly', async () => {
    const { ask, clock, provider } = await refreshWorld({ lifeSeconds: 10 });
    await clock.move(60 * minute);
    expect(await ask()).toBe('access-token-1');
    await clock.move(8_999);
    expect(await ask()).toBe('access-token-1');
    await clock.move(1);
    expect(await ask()).toBe('access-token-2');
    expect(provider.seen.refreshes).toBe(2);
  });

  it('when the API refuses them, which is all that counts where our clock is wrong', async () => {
    const { ask, clock, provider } = await refreshWorld();
    provider.forget();
    expect(await ask()).toBe('access-token-1');
    // Ten minutes fast: they seem to have ended, and are made new early.
    await clock.move(65 * minute);
    expect(await ask()).toBe('access-token-2');
    expect(provider.seen).toEqual({ refreshes: 2, requests: 3 });
  });

  it('once for all requests of a process, of which each was refused', async () => {
    const { ask, provider } = await refreshWorld();
    provider.forget();
    const tokens = await Promise.all(Array.from({ length: 20 }, () => ask()));
    expect([new Set(tokens), provider.seen.refreshes]).toEqual([new Set(['access-token-1']), 1]);
  });

  it('once for all processes', async () => {
    const { ask, provider, open, waiting } = await refreshWorld();
    const processes = await Promise.all([open(), open(), open()]);
    for (const one of processes) await ask(one);
    provider.forget();
    const tokens = await waiting(Promise.all(processes.map((one) => ask(one))));
    expect([tokens, provider.seen.refreshes]).toEqual([Array(3).fill('access-token-1'), 1]);
  });

  it('twice within a millisecond, and every process sees the last', async () => {
    const { ask, provider, open, stored } = await refreshWorld();
    const other = await open();
    await ask(other);
    for (let round = 0; round < 2; round += 1) {
      provider.forget();
      await ask();
    }
    expect((await stored())?.generation).toBe(3);
    expect([await ask(other), provider.seen.refreshes]).toEqual(['access-token-2', 2]);
  });

  it('again where another process had done so, and these were refused since', async () => {
    const { ask, clock, provider, open } = await refreshWorld();
    const other = await open();
    const { signal } = new AbortController();
    const { client } = await clientOf(other, await findConnection(other, 'crm'), { signal });
    await client.send({ method: 'GET', path: '/me' });
    provider.forget();
    await ask();
    await clock.move(1_000);
    provider.forget();
    expect((await client.send({ method: 'GET', path: '/me' })).data).toEqual({ token: 'access-token-2' });
    expect(provider.seen).toEqual({ refreshes: 2, requests: 6 });
  });

  it('is auth/rejected where the API refuses the new ones too', async () => {
    const { ask, provider, record } = await refreshWorld();
    provider.forget();
    provider.faults.push((rotate) => {
      const given = rotate();
      provider.forget();
      return answer(200, given);
    });
    expect(await failure(ask())).toEqual({
      code: 'auth/rejected',
      message: 'the API does not accept the credentials, it answered 401 to "GET /me": who are you',
      hint: `${reconnect}; it was tried 2 times`,
    });
    expect([provider.seen.refreshes, (await record())?.state]).toEqual([1, 'READY']);
  });
});

describe('an answer of the authorization server', () => {
  const kept = { generation: 2, refresh_token: 'refresh-token-0' };
  const faults: Record<string, [Fault, object]> = {
    'without refresh_token keeps the old one': [
      () => answer(200, { access_token: 'access-token-0', expires_in: 60, token_type: 'bearer' }),
      kept,
    ],
    'without expires_in is used until it is refused': [
      (rotate) => answer(200, { ...rotate(), expires_in: undefined }),
      { generation: 2, access_token: 'access-token-1', refresh_token: 'refresh-token-1' },
    ],
    'with expires_in 0 is too': [
      (rotate) => answer(200, { ...rotate(), expires_in: 0 }),
      { generation: 2, refresh_token: 'refresh-token-1' },
    ],
  };
  it.each(Object.entries(faults))('%s', async (_name, [fault, expected]) => {
    const { ask, clock, provider, stored } = await refreshWorld();
    provider.faults.push(fault);
    await clock.move(56 * minute);
    await ask();
    expect(await stored()).toMatchObject(expected);
    await ask();
    expect(provider.seen.refreshes).toBe(1);
  });

  const said = 'the token endpoint of "id.example.com" answered';
  const outages: Record<string, [Fault, string, unknown]> = {
    '500': [() => answer(500, 'oops', 'text/plain'), `${said} 500`, { generation: 1 }],
    HTML: [
      () => answer(200, '<!doctype html><p>Log in', 'text/html'),
      `${said} with text/html, not with JSON`,
      { generation: 1 },
    ],
    'a timeout': [
      timeout,
      'the authorization server could not be asked: "id.example.com" did not answer in 30 s',
      { generation: 1 },
    ],
    // Nothing was sent, so nothing can be lost.
    'no connection': [
      () => unreachable('ECONNREFUSED'),
      'the authorization server could not be asked: "id.example.com" cannot be reached',
      undefined,
    ],
  };
  it.each(Object.entries(outages))(
    'that is %s never disconnects',
    async (_name, [fault, message, intent]) => {
      const world = await refreshWorld();
      const { ask, clock, provider } = world;
      provider.faults.push(fault, fault);
      await clock.move(56 * minute);
      expect(await ask()).toBe('access-token-0');
      expect(world.warnings()).toEqual([`"crm" could not be refreshed ahead of time: ${message}`]);
      await ask();
      expect(provider.seen.refreshes).toBe(1);
      await clock.move(10 * minute);
      expect(await failure(ask())).toMatchObject({ code: 'auth/server', message });
      expect([(await world.record())?.state, await world.intent()]).toEqual(['READY', intent]);
      expect([await ask(), await world.intent()]).toEqual(['access-token-1', undefined]);
      expect(await world.attempts()).toEqual(['refresh failed', 'refresh failed', 'refresh completed']);
    },
  );

  it('invalid_grant disconnects, and nobody asks again', async () => {
    const { ask, provider, record, open, intent } = await refreshWorld();
    const other = await open();
    await ask(other);
    provider.forget();
    provider.end();
    const message = `the grant of the connection "crm" has ended: ${refused}`;
    expect(await failure(ask())).toEqual(ended('auth/invalid-grant', message));
    expect(await record()).toMatchObject({
      state: 'CLIENT_ACTION_REQUIRED',
      disconnected: true,
      error: { code: 'auth/invalid-grant', message },
    });
    expect(await failure(ask(other))).toEqual(
      ended(
        'connection/disconnected',
        `the connection "crm" is disconnected: the grant has ended: ${refused}`,
      ),
    );
    expect([provider.seen.refreshes, await intent()]).toEqual([1, undefined]);
  });

  it('invalid_grant is no verdict where somebody has connected again meanwhile', async () => {
    const { ask, provider, kept: secrets, record } = await refreshWorld();
    provider.forget();
    provider.faults.push(async (rotate) => {
      // Without the lock, as nobody should.
      const credentials = rotate();
      await secrets.write(
        { tenant: 'local', connection: 'c1', part: 'credentials' },
        { ...credentials, '~membrane': { parameters: {}, generation: 9 } },
      );
      return answer(400, { error: 'invalid_grant' });
    });
    expect([await ask(), (await record())?.state]).toEqual(['access-token-1', 'READY']);
  });

  it('names no token, wherever it is repeated', async () => {
    const { ask, provider, store } = await refreshWorld();
    provider.forget();
    provider.faults.push(() =>
      answer(400, { error: 'invalid_grant', error_description: 'no refresh-token-0' }),
    );
    const said2 = JSON.stringify([await failure(ask()), await store.drawer('connection-attempt').list({})]);
    expect(said2.includes('refresh-token-0')).toBe(false);
  });
});

/** Lets a process do its work up to where it would wait for ever. */
const never = () => new Promise<never>(() => undefined);

describe('a refresh that was cut off', () => {
  const lost =
    'a refresh of the connection "crm" was cut off before its new tokens were stored, and the old ones are not accepted any more';

  /** A process that is killed between the answer of the server and the write. */
  async function killed(engine: Engine, { ask, provider, clock }: Awaited<ReturnType<typeof refreshWorld>>) {
    provider.forget();
    provider.faults.push((rotate) => (rotate(), never()));
    void ask(engine);
    await clock.move(0);
    await clock.move(31_000); // its lock goes stale
  }

  it('is found by the next, who tries once and says that it was lost', async () => {
    const world = await refreshWorld();
    const { ask, provider, record, open, intent } = world;
    await killed(await open(), world);
    expect(await intent()).toEqual({ generation: 1 });
    expect(await failure(ask())).toEqual(ended('auth/refresh-lost', lost));
    expect(await record()).toMatchObject({
      state: 'CLIENT_ACTION_REQUIRED',
      disconnected: true,
      error: { code: 'auth/refresh-lost', message: lost },
    });
    await failure(ask());
    expect([provider.seen.refreshes, await intent()]).toEqual([2, undefined]);
  });

  it('is of no consequence where the server had not rotated yet', async () => {
    const world = await refreshWorld();
    const { ask, provider, open, record } = world;
    provider.forget();
    provider.faults.push(never);
    void ask(await open());
    await world.clock.move(0);
    await world.clock.move(31_000);
    expect([await ask(), (await record())?.state]).toEqual(['access-token-1', 'READY']);
  });

  it('after a timeout is named in the same way', async () => {
    const { ask, provider } = await refreshWorld();
    provider.forget();
    provider.faults.push((rotate) => {
      rotate();
      provider.forget();
      return timeout();
    });
    expect(await failure(ask())).toMatchObject({ code: 'auth/server' });
    expect(await failure(ask())).toEqual(ended('auth/refresh-lost', lost));
  });

  it('touches no other connection', async () => {
    const world = await refreshWorld();
    const { id: _id, ...record } = (await world.record())!;
    await world.ports.connections.create({ ...record, id: 'c2', key: 'other' });
    await killed(await world.open(), world);
    await failure(world.ask());
    expect(await world.ports.connections.get('local', 'other')).toEqual({
      ...record,
      id: 'c2',
      key: 'other',
    });
  });
});

describe('who lost the lock', () => {
  it('writes no old token over a new one', async () => {
    const world = await refreshWorld();
    const { ask, clock, provider, open, stored } = world;
    const slow = await open();
    let go = (): void => undefined;
    provider.forget();
    provider.faults.push(async () => {
      await new Promise<void>((resolve) => (go = resolve));
      return answer(200, { access_token: 'stale', refresh_token: 'stale', token_type: 'bearer' });
    });
    const late = ask(slow);
    await clock.move(0);
    await clock.move(31_000);
    expect(await ask()).toBe('access-token-1');
    go();
    expect([await late, (await stored())?.access_token]).toEqual(['access-token-1', 'access-token-1']);
  });

  it('keeps what it was given where nobody has written anything newer', async () => {
    const world = await refreshWorld();
    const { ask, clock, provider, open, stored, record } = world;
    const slow = await open();
    let go = (): void => undefined;
    provider.forget();
    provider.faults.push(async (rotate) => {
      const given = rotate();
      await new Promise<void>((resolve) => (go = resolve));
      return answer(200, given);
    });
    const late = ask(slow);
    await clock.move(0);
    await clock.move(31_000);
    expect(await failure(ask())).toMatchObject({ code: 'auth/refresh-lost' });
    go();
    expect([await late, (await stored())?.access_token, (await record())?.state]).toEqual([
      'access-token-1',
      'access-token-1',
      'READY',
    ]);
  });
});

/** A keychain that can be locked. */
function lockable() {
  const state = { isLocked: false, refused: 0 };
  const check = (): void => {
    if (!state.isLocked) return;
    state.refused += 1;
    throw new MembraneError('secrets/locked', 'the keychain is locked', { hint: 'unlock it' });
  };
  const secrets = (kept: Secrets): Secrets => ({
    ...kept,
    read: async (at) => (check(), kept.read(at)),
    write: async (at, value) => (check(), kept.write(at, value)),
  });
  return { state, secrets };
}

describe('a keychain that is locked in the middle', () => {
  async function lockedAfterAnswer() {
    const keychain = lockable();
    const world = await refreshWorld({ secrets: keychain.secrets });
    world.provider.forget();
    world.provider.faults.push((rotate) => {
      keychain.state.isLocked = true;
      return answer(200, rotate());
    });
    return { ...world, keychain: keychain.state };
  }

  it('is waited for some seconds', async () => {
    const { ask, clock, keychain, stored } = await lockedAfterAnswer();
    const asked = ask();
    await clock.move(0);
    await clock.move(1_000);
    keychain.isLocked = false;
    await clock.move(3_000);
    expect([await asked, (await stored())?.refresh_token]).toEqual(['access-token-1', 'refresh-token-1']);
  });

  it('is named; this process keeps the new tokens, uses them, and stores them when it can', async () => {
    const { ask, clock, keychain, provider, stored, intent, waiting, warnings, kept } =
      await lockedAfterAnswer();
    expect(await waiting(failure(ask()))).toEqual({
      code: 'secrets/locked',
      message: 'the new credentials of the connection "crm" could not be stored: the keychain is locked',
      hint: 'unlock it; this process keeps them until it ends, and stores them as soon as it can',
    });
    expect(await intent()).toEqual({ generation: 1 });
    expect(await waiting(ask())).toBe('access-token-1');
    expect(warnings()).toEqual(['"crm" could not be refreshed ahead of time: the keychain is locked']);
    expect(kept.all()['local/c1/credentials']?.['~membrane']).toMatchObject({ generation: 1 });
    keychain.isLocked = false;
    await clock.move(11_000);
    expect(await ask()).toBe('access-token-1');
    expect([(await stored())?.refresh_token, await intent(), provider.seen.refreshes]).toEqual([
      'refresh-token-1',
      undefined,
      1,
    ]);
  });

  it('gets them at the latest when the process ends', async () => {
    const { ask, engine, keychain, stored, waiting, warnings } = await lockedAfterAnswer();
    await waiting(failure(ask()));
    await finishRefreshes(engine);
    expect(warnings()).toEqual([
      'new credentials were lost, because they could not be stored: the keychain is locked',
    ]);
    keychain.isLocked = false;
    await finishRefreshes(engine);
    expect((await stored())?.refresh_token).toBe('refresh-token-1');
  });
});

describe('meanwhile', () => {
  /** A refresh that waits for its answer until it is told to go on. */
  async function held() {
    const world = await refreshWorld();
    let go = (): void => undefined;
    world.provider.forget();
    world.provider.faults.push(async (rotate) => {
      await new Promise<void>((resolve) => (go = resolve));
      return answer(200, rotate());
    });
    const asked = world.ask();
    asked.catch(() => undefined);
    await world.clock.move(0);
    return { ...world, asked, go: () => go() };
  }

  it('a reconnect waits, and what it brings is what counts', async () => {
    const { asked, go, clock, ask, open, engine, ports, stored, waiting } = await held();
    const place = { id: 'c1', tenantKey: 'local', secrets: 'file' };
    const issued = {
      credentials: { access_token: 'access-token-1', refresh_token: 'mine' },
      parameters: { a: 1 },
    };
    const other = await open();
    const connecting = alone(other, 'c1', async () => {
      const secrets = await storeSecrets(other, place, issued);
      await ports.connections.update('local', 'c1', { ...recordOf(secrets), updatedAt: clock.now() });
    });
    await clock.move(100);
    expect((await stored())?.generation).toBe(1);
    go();
    await waiting(connecting);
    expect(await asked).toBe('access-token-1');
    expect(await stored()).toEqual({ ...issued.credentials, generation: 3 });
    await ask(engine);
    expect(lastSecrets(engine, { id: 'c1' })?.parameters).toEqual({ a: 1 });
  });

  it('a delete waits, and nothing comes back to life', async () => {
    const { asked, go, clock, ask, open, kept, waiting, intent, record } = await held();
    const signal = new AbortController().signal;
    const deleting = removeConnection(await open(), 'crm', { force: true, signal });
    await clock.move(100);
    go();
    await waiting(deleting);
    expect(await asked).toBe('access-token-1');
    expect([kept.all(), await intent(), await record()]).toEqual([{}, undefined, undefined]);
    expect(await failure(ask())).toMatchObject({ code: 'connection/unknown' });
  });

  it('a delete before it leaves nothing to refresh', async () => {
    const { ask, engine, ports, provider, kept } = await refreshWorld();
    const connection = await findConnection(engine, 'crm');
    const { client } = await clientOf(engine, connection, { signal: new AbortController().signal });
    await ask();
    provider.forget();
    await ports.connections.remove('local', 'c1');
    await kept.remove({ tenant: 'local', connection: 'c1', part: 'credentials' });
    expect(await failure(client.send({ method: 'GET', path: '/me' }))).toEqual({
      code: 'connection/unknown',
      message: 'the connection "crm" was deleted meanwhile',
      hint: 'see those that are left with "membrane connection list"',
    });
    expect([provider.seen.refreshes, kept.all()]).toEqual([0, {}]);
  });

  it('who does not want to wait any more goes, and the new tokens are stored all the same', async () => {
    const world = await refreshWorld();
    const { ask, clock, provider, stored, engine } = world;
    let go = (): void => undefined;
    provider.forget();
    provider.faults.push(async (rotate) => {
      await new Promise<void>((resolve) => (go = resolve));
      return answer(200, rotate());
    });
    const controller = new AbortController();
    const asked = ask(engine, controller.signal);
    await clock.move(0);
    controller.abort(new Error('stopped'));
    await expect(asked).rejects.toThrow('stopped');
    const finished = finishRefreshes(engine);
    go();
    await finished;
    expect((await stored())?.refresh_token).toBe('refresh-token-1');
  });

  it('who waits for the lock can stop waiting, and asks for nothing', async () => {
    const { ask, store, clock, provider, waiting } = await refreshWorld();
    provider.forget();
    await store.lock('connection/c1');
    const controller = new AbortController();
    const asked = ask(undefined, controller.signal);
    await clock.move(1_000);
    controller.abort(new Error('stopped'));
    await expect(waiting(asked)).rejects.toThrow('stopped');
    await clock.move(60_000);
    expect(provider.seen.refreshes).toBe(0);
  });

  it('who waits for the lock in vain is told so', async () => {
    const { engine, store, waiting } = await refreshWorld();
    await store.lock('connection/c1');
    const work = alone(engine, 'c1', async () => undefined, { waitMs: 2_000 });
    expect(await waiting(failure(work))).toEqual({
      code: 'store/busy',
      message: 'another process changes the secrets of the connection, and did not end in 2 s',
      hint: 'this process holds the lock "connection/c1": wait for it to end, or end it, then try again',
    });
  });
});

describe('secrets of an older version', () => {
  it('are read as they are, and are one entry after the first write', async () => {
    const { ask, kept, provider, ports, stored } = await refreshWorld();
    const at = { tenant: 'local', connection: 'c1' };
    await kept.write(
      { ...at, part: 'credentials' },
      { access_token: 'old', refresh_token: 'refresh-token-0' },
    );
    await kept.write({ ...at, part: 'parameters' }, { region: 'eu' });
    await ports.connections.update('local', 'c1', { generation: undefined });
    provider.forget();
    expect(await ask()).toBe('access-token-1');
    expect((await stored())?.generation).toBe(1);
    expect(kept.all()['local/c1/credentials']?.['~membrane']).toMatchObject({ parameters: { region: 'eu' } });
  });
});
