import { Webhook } from 'standardwebhooks';
import { onTestFinished, vi } from 'vitest';
import { openWiring } from '../../../src/wiring.js';
import { startServer, status, type Answer, type Received } from '../../support/server.js';
import { world } from './world.js';

export const secret = 'a secret that nobody sees';

/** A project with a receiver that answers as it is told, and a clock that stands still. */
export async function notifying(options: { config?: string; more?: string } = {}) {
  let answer: Answer = status(204);
  const receiver = await startServer({
    '/hook': (response, request) => answer(response, request),
    '/other': status(200),
  });
  onTestFinished(() => receiver.close());
  const config = (options.config ?? "  - {url: '${HOOK_URL}', secret: '${HOOK_SECRET}'}\n").replaceAll(
    'RECEIVER',
    receiver.url,
  );
  const made = await world({ 'membrane.yaml': `notifications:\n${config}${options.more ?? ''}` });
  const env = { MEMBRANE_SECRETS: 'file', HOOK_URL: `${receiver.url}/hook`, HOOK_SECRET: secret };
  const membrane = await made.open({ env });
  const wiring = await openWiring({ cwd: made.root, env, ports: made.ports });
  return {
    ...made,
    env,
    membrane,
    engine: wiring.engine,
    receiver,
    /** What arrived, as it was sent. */
    arrived: (path = '/hook') => receiver.requests.filter((one) => one.path === path),
    answers: (next: Answer): void => void (answer = next),
    connect: (key: string, reconnect = false) => made.connect({ key, reconnect }, membrane),
    /** Sends what is due, as a watcher does. */
    send: () => membrane.watch({ once: true }),
    states: async () =>
      (await membrane.notifications.list())
        .toReversed()
        .map(({ eventType, state, attempts }) => `${eventType} ${state} ${attempts}`),
  };
}

/** What is in a notification, once the public library says that it is ours. */
export function verified({ headers, body }: Received, key = secret): { eventType: string; data: unknown } {
  vi.useFakeTimers({ toFake: ['Date'], now: Number(headers['webhook-timestamp']) * 1000 });
  try {
    return new Webhook(Buffer.from(key), { format: 'raw' }).verify(
      body,
      headers as Record<string, string>,
    ) as ReturnType<typeof verified>;
  } finally {
    vi.useRealTimers();
  }
}
