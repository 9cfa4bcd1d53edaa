import { Webhook } from 'standardwebhooks';
import { expect, it, onTestFinished } from 'vitest';
import { startCli } from '../support/cli.js';
import { testProject } from '../support/project.js';
import { hang, redirect, startServer, status, type Answer, type Received } from '../support/server.js';
import { connector } from '../unit/engine/world.js';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

async function notifying() {
  let answer: Answer = status(200);
  let heard: () => void = () => undefined;
  const receiver = await startServer({
    '/me': status(200, {}),
    '/secret-path-of-the-hook': (response, request) => {
      heard();
      return answer(response, request);
    },
  });
  onTestFinished(() => receiver.close());
  const project = await testProject({
    'membrane.yaml': "notifications:\n  - {url: '${HOOK_URL}', secret: '${HOOK_SECRET}'}\n",
    'connectors/crm/spec.yaml': connector,
  });
  const env = {
    MEMBRANE_SECRETS: 'file',
    HOOK_URL: `${receiver.url}/secret-path-of-the-hook`,
    HOOK_SECRET: secret,
  };
  const options = { cwd: project.root, home: project.home, env };
  return {
    receiver,
    /** What was sent to the receiver, not to the API. */
    sent: () => receiver.requests.filter(({ method }) => method === 'POST'),
    project,
    answers: (next: Answer): void => void (answer = next),
    /** Resolves with the next request. */
    next: () => new Promise<void>((resolve) => void (heard = resolve)),
    watch: () => startCli(['watch'], options),
    run: (args: readonly string[], input?: string) =>
      project.run(args, { env, ...(input === undefined ? {} : { input }) }),
    connect: (key: string) =>
      project.run(['connect', 'crm', '--key', key, '--input', '-'], {
        env,
        input: JSON.stringify({ apiKey: 'key-of-the-api', baseUri: receiver.url }),
      }),
  };
}

const verified = ({ body, headers }: Received) =>
  (new Webhook(secret).verify(body, headers as Record<string, string>) as { eventType: string }).eventType;

it('a watcher that is killed while it sends: the next one sends it again, with the same id', async () => {
  const { sent, answers, next, watch, connect } = await notifying();
  expect((await connect('one')).code).toBe(0);
  answers(hang);
  const asked = next();
  const first = watch();
  await asked;
  first.kill('SIGKILL');
  await first.ended;
  answers(status(200));
  const again = next();
  const second = watch();
  await again;
  second.kill('SIGINT');
  expect((await second.ended).code).toBe(130);
  expect(sent().map(verified)).toEqual(['connection.created', 'connection.created']);
  const [one, two] = sent();
  expect(two?.headers['webhook-id']).toBe(one?.headers['webhook-id']);
});

it('two watchers send what happens while they watch, soon and once', async () => {
  const { sent, watch, connect } = await notifying();
  const watchers = [watch(), watch()];
  await Promise.all(watchers.map((one) => one.printed('watching')));
  const keys = ['a', 'b', 'c'];
  for (const key of keys) expect((await connect(key)).code).toBe(0);
  const began = Date.now();
  while (sent().length < keys.length && Date.now() - began < 10_000)
    await new Promise((resolve) => setTimeout(resolve, 50));
  for (const one of watchers) one.kill('SIGINT');
  await Promise.all(watchers.map((one) => one.ended));
  expect(sent().map(verified)).toEqual(keys.map(() => 'connection.created'));
});

it('none of its secrets is printed or stored', async () => {
  const { receiver, answers, run, connect, project } = await notifying();
  expect((await connect('one')).code).toBe(0);
  answers(redirect(302, `${receiver.url}/elsewhere`));
  const texts: string[] = [];
  for (const args of [
    ['watch', '--once'],
    ['watch', '--once', '--json'],
    ['notification', 'list', '--json'],
    ['notification', 'test'],
    ['notification', 'retry'],
    ['alerts'],
    ['logs'],
  ]) {
    const { stdout, stderr } = await run(args);
    texts.push(stdout, stderr);
  }
  const { readFile, readdir } = await import('node:fs/promises');
  for (const file of await readdir(project.path('.membrane')))
    if (/\.(db|db-wal|json)$/.test(file))
      texts.push(await readFile(project.path(`.membrane/${file}`), 'latin1'));
  const all = texts.join('\n');
  expect(all).toContain('the receiver answered 302');
  expect(
    [secret, secret.slice(6), 'secret-path-of-the-hook', 'key-of-the-api'].filter((text) =>
      all.includes(text),
    ),
  ).toEqual([]);
  expect(receiver.requests.every(({ path }) => path !== '/elsewhere')).toBe(true);
});
