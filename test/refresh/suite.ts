/**
 * What `docs/guarantees.md` says of refreshes, against a real authorization server and real processes:
 * `npm run test:refresh`, for minutes with `-- --long`. Prints what it saw, and at last one JSON object.
 */
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCrew, startWorker } from './crew.js';
import { makeProject, openProject, type Hands } from './project.js';
import { startProvider, type RotatingProvider } from './provider.js';

const long = process.argv.includes('--long');
const lifeSeconds = 2;
const processes = 8;
const requests = long ? 2_000 : 200;
const cutOffRounds = long ? 10 : 2;

const problems: string[] = [];

function check(holds: boolean, what: string): void {
  if (!holds) problems.push(what);
}

/** 8 processes, one connection, kills at any moment. */
async function atRandom(root: string, hands: Hands, provider: RotatingProvider) {
  const name = 'shared';
  await hands.connect(name);
  let lostByChance = 0;
  let connecting: Promise<void> | undefined;
  const crew = await runCrew({
    root,
    account: name,
    processes,
    requests,
    killEveryMs: 700,
    onFailure: (code) => {
      if (code !== 'auth/refresh-lost') return;
      // A kill has hit the instant that cannot be saved: it was named, and a person connects again.
      lostByChance += 1;
      connecting = hands.connect(name);
    },
  });
  await connecting;
  const { refreshes, expiries, reuse } = provider.account(name);
  const named = (crew.failed['auth/refresh-lost'] ?? 0) + (crew.failed['connection/disconnected'] ?? 0);
  const lost = Object.values(crew.failed).reduce((sum, count) => sum + count, 0) - named;
  const { killsLanded, answered } = crew;
  const secrets = await hands.secrets(name);
  check(answered === processes * requests, `${answered} of ${processes * requests} requests were answered`);
  check(
    refreshes <= expiries + killsLanded,
    `${refreshes} refreshes for ${expiries} expiries and ${killsLanded} kills`,
  );
  check(reuse === lostByChance, `${reuse} refresh tokens were used twice, ${lostByChance} grants were lost`);
  check(lost === 0, `requests were lost: ${JSON.stringify(crew.failed)}`);
  check(lostByChance === 0 || named > 0, 'a grant was lost without a word');
  check(typeof secrets?.credentials['refresh_token'] === 'string', 'the secret is damaged');
  check((await hands.record(name))?.state === 'READY', 'the connection is not ready');
  check((await use(root, name)) === 'ok', 'the connection cannot be used afterwards');
  return {
    killsLanded,
    refreshes,
    expiries,
    reuse: reuse - lostByChance,
    lost,
    requests: answered,
    lostByChance,
  };
}

/** One request of a process of its own: `ok`, `failed CODE`, or `killed`. */
async function use(root: string, account: string, fault?: string): Promise<string> {
  const worker = startWorker({ root, account, requests: 1, ...(fault === undefined ? {} : { fault }) });
  if ((await worker.ended) === 'SIGKILL') return 'killed';
  return worker.lines.at(-1) ?? 'nothing';
}

const faults = ['before-request', 'after-write', 'after-reply'];

/** Processes that are killed at one point of a refresh, and those that come after them. */
async function atFaultPoint(root: string, hands: Hands, provider: RotatingProvider) {
  const seen = { kills: 0, recovered: 0, lost: 0, tries: 0 };
  await hands.connect('bystander');
  const before = await hands.record('bystander');
  for (let round = 0; round < cutOffRounds; round += 1) {
    const accounts = faults.map((fault) => ({ fault, account: `${fault}-${round}` }));
    for (const { account } of accounts) await hands.connect(account);
    await sleep(lifeSeconds * 1000);
    const cutOff = accounts.map(async ({ fault, account }) => {
      check((await use(root, account, fault)) === 'killed', `${fault}: the kill did not land`);
      seen.kills += 1;
      if (fault === 'after-reply') seen.tries += await afterLoss(root, hands, provider, account);
      else await afterCut(root, hands, provider, account);
      seen[fault === 'after-reply' ? 'lost' : 'recovered'] += 1;
    });
    await Promise.all(cutOff);
  }
  const still = JSON.stringify(await hands.record('bystander')) === JSON.stringify(before);
  check(still, 'another connection was touched');
  check((await use(root, 'bystander')) === 'ok', 'another connection cannot be used');
  return seen;
}

/** Nothing is lost where nothing was sent, or everything was written. */
async function afterCut(root: string, hands: Hands, provider: RotatingProvider, account: string) {
  const next = await use(root, account);
  check(next === 'ok', `${account}: the next process gives "${next}"`);
  check((await hands.record(account))?.state === 'READY', `${account}: the connection is not ready`);
  check(provider.account(account).reuse === 0, `${account}: a refresh token was used twice`);
}

/** The one instant that cannot be saved: found, tried once, named, and a person connects again. Gives the tries. */
async function afterLoss(root: string, hands: Hands, provider: RotatingProvider, account: string) {
  const counts = provider.account(account);
  const { asked } = counts;
  const next = await use(root, account);
  const after = await use(root, account);
  const tries = counts.asked - asked;
  const record = await hands.record(account);
  check(next === 'failed auth/refresh-lost', `${account}: the next process gives "${next}"`);
  check(after === 'failed connection/disconnected', `${account}: the one after it gives "${after}"`);
  check(tries === 1, `${account}: ${tries} tries`);
  check(record?.state === 'CLIENT_ACTION_REQUIRED', `${account}: the connection is ${record?.state}`);
  check(
    record?.error?.code === 'auth/refresh-lost',
    `${account}: the connection says ${record?.error?.code}`,
  );
  await hands.connect(account);
  check((await use(root, account)) === 'ok', `${account}: to connect again does not help`);
  return tries;
}

/** A process that is stopped between the answer and the write until its lock is somebody else's. */
async function afterPause(root: string, hands: Hands): Promise<void> {
  const account = 'paused';
  await hands.connect(account);
  await sleep(lifeSeconds * 1000);
  const paused = startWorker({ root, account, requests: 1, fault: 'pause-after-reply' });
  await sleep(35_000);
  const next = await use(root, account);
  check(next === 'failed auth/refresh-lost', `${account}: the next process gives "${next}"`);
  await hands.connect(account);
  const { generation } = (await hands.secrets(account)) ?? {};
  paused.child.kill('SIGCONT');
  await paused.ended;
  check(paused.lines.at(-1) === 'ok', `${account}: the late process gives "${paused.lines.at(-1)}"`);
  check((await hands.secrets(account))?.generation === generation, `${account}: an old token was written`);
  check((await use(root, account)) === 'ok', `${account}: the connection cannot be used afterwards`);
}

const provider = await startProvider(lifeSeconds);
const root = makeProject(provider);
const hands = await openProject(root, provider);
try {
  const started = Date.now();
  console.log(
    `${processes} processes, ${requests} requests each, tokens of ${lifeSeconds} s, kills at any moment …`,
  );
  const { lostByChance, ...random } = await atRandom(root, hands, provider);
  console.log('processes that are killed at a point of a refresh …');
  const atPoint = await atFaultPoint(root, hands, provider);
  if (long) await afterPause(root, hands);
  for (const problem of problems) console.log(`PROBLEM ${problem}`);
  const seconds = Math.round((Date.now() - started) / 1000);
  const ok = problems.length === 0;
  console.log(
    JSON.stringify({ ok, ...random, unsavable: { byChance: lostByChance, atFaultPoint: atPoint }, seconds }),
  );
  process.exitCode = ok ? 0 : 1;
} finally {
  await hands.close();
  await provider.close();
  rmSync(root, { recursive: true, force: true, maxRetries: 3 });
}
