import { expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine.js';
import { receiversOf } from '../../../src/engine/notification-receivers.js';

it.each([
  ['https://hooks.example.com:8443/T0/secret?token=secret', 'hooks.example.com:8443'],
  ['https://me:secret@hooks.example.com/', 'hooks.example.com'],
  ['https://${HOST}/T0/secret', 'https://${HOST}'],
  ['https://${HOST}?token=secret', 'https://${HOST}'],
  ['https://me:secret@${HOST}/x', 'https://${HOST}'],
  ['${BASE}/services/T0/secret', '${BASE}'],
  ['${CHAT_HOOK}', '${CHAT_HOOK}'],
])('shows of %s no more than %s', (url, to) => {
  const project = { config: { notifications: [{ url }] } } as unknown as Engine['project'];
  expect(receiversOf({ project }).map((one) => one.to)).toEqual([to]);
});
