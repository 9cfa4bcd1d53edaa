import { Webhook } from 'standardwebhooks';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/adapters/clock-system.js';
import { eventRequest } from '../../../src/engine/event-request.js';
import { signedForYourApp } from '../../../src/engine/event-sign.js';
import { openWiring } from '../../../src/wiring.js';
import { failure, world } from './world.js';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const request = eventRequest('local', 'crm', { id: 'event-1', payload: { type: 'created' } });
const headers = {
  'x-membrane-event': 'event-1',
  'x-membrane-tenant': 'local',
  'content-type': 'application/json',
};

async function engineWith(config: string, env: Record<string, string> = {}) {
  const { root, ports } = await world({ 'membrane.yaml': config });
  const wiring = await openWiring({ cwd: root, env, ports: { ...ports, clock: systemClock } });
  onTestFinished(() => wiring.close());
  return wiring.engine;
}

it('an event carries its id and a signature of the body where the app has a secret', async () => {
  const engine = await engineWith("app: {secret: '${APP_SECRET}'}\n", { APP_SECRET: secret });
  const signed = await signedForYourApp(engine, 'event-1', request);
  expect(signed.headers).toEqual({
    ...headers,
    'webhook-id': 'event-1',
    'webhook-timestamp': expect.stringMatching(/^\d+$/),
    'webhook-signature': expect.stringMatching(/^v1,/),
    'x-signature': expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(new Webhook(secret).verify(signed.data, signed.headers)).toEqual({
    id: 'event-1',
    tenantKey: 'local',
    connectionKey: 'crm',
    type: 'created',
  });
});

it('without a secret it is not signed, and without its variable it is not sent', async () => {
  const plain = await signedForYourApp(await engineWith(''), 'event-1', request);
  expect(plain).toEqual({ headers, data: JSON.stringify(request.data) });
  const unset = await engineWith("app: {secret: '${APP_SECRET}'}\n");
  expect(await failure(signedForYourApp(unset, 'event-1', request))).toMatchObject({
    code: 'config/variable',
    message: 'the environment variable "APP_SECRET" is not set, which "app.secret" in membrane.yaml names',
  });
});
