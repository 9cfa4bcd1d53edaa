import { expect, it, onTestFinished } from 'vitest';
import { tendAppEvents } from '../../../src/engine/app-event-subscribe.js';
import type { Subscription } from '../../../src/engine/subscription-rows.js';
import { openWiring } from '../../../src/wiring.js';
import { json, status, type Answer } from '../../support/server.js';
import { world } from './world.js';

const event = `subscribeRequest:
  uri: /subscriptions
  data:
    event: signed-up
    url: {$var: $.webhookUri}
    tenant: {$var: $.tenant.key}
`;

function waiting(key: string, state: Subscription['state'] = 'active'): Subscription {
  return { state, waits: { for: 'app-event', event: key } } as Subscription;
}

async function asking() {
  let answer: Answer = json({});
  const made = await world(
    {
      'membrane.yaml': "app: {baseUri: '${APP}'}\n",
      'internal-events/signed-up.yaml': event,
      'internal-events/short.yaml': 'subscribeRequest: {uri: /subscriptions}\n',
      'internal-events/plain.yaml': 'name: Plain\n',
    },
    { '/subscriptions': (response, request) => answer(response, request) },
  );
  const wiring = await openWiring({ cwd: made.root, env: { APP: made.server.url }, ports: made.ports });
  onTestFinished(() => wiring.close());
  const failures: string[] = [];
  return {
    ...made,
    failures,
    answers: (next: Answer): void => void (answer = next),
    asked: () => made.server.requests.map(({ method, body }) => `${method} ${body}`),
    tend: (keys: readonly Subscription[], publicUrl = 'https://hooks.example.com/') =>
      tendAppEvents(wiring.engine, keys, {
        publicUrl,
        signal: new AbortController().signal,
        failed: ({ message }) => failures.push(message),
      }),
  };
}

it('the app is asked once for an event that a flow waits for, and again at another address', async () => {
  const { tend, asked } = await asking();
  await tend([waiting('plain'), waiting('signed-up', 'paused')]);
  expect(asked()).toEqual([]);
  await tend([waiting('signed-up'), waiting('signed-up')]);
  await tend([waiting('signed-up')]);
  const first =
    'POST {"event":"signed-up","url":"https://hooks.example.com/webhooks/app-events/signed-up","tenant":"local"}';
  expect(asked()).toEqual([first]);
  await tend([waiting('signed-up')], 'https://other.example.com');
  expect(asked()).toEqual([first, first.replace('hooks.', 'other.')]);
  await tend([]);
  await tend([waiting('signed-up')], 'https://other.example.com');
  expect(asked().length).toBe(3);
});

it('an app that does not take it is asked again later', async () => {
  const { tend, asked, answers, clock, failures } = await asking();
  answers(status(422, { message: 'not yet' }));
  await tend([waiting('short')]);
  await tend([waiting('short')]);
  expect(asked()).toEqual(['POST {"webhookUri":"https://hooks.example.com/webhooks/app-events/short"}']);
  expect(failures.length).toBe(1);
  answers(status(204));
  await clock.move(20_000);
  await tend([waiting('short')]);
  await clock.move(20_000);
  await tend([waiting('short')]);
  expect(asked().length).toBe(2);
});
