import { expect, it } from 'vitest';
import { hookStateOf } from '../../../../src/elements/webhooks/hook-state.js';

it.each([
  ['{state}', { state: { id: 1 } }, { state: { id: 1 } }],
  ['the state itself', { id: 1 }, { state: { id: 1 } }],
  ['nothing', undefined, { state: {} }],
  [
    'secrets beside the state',
    { state: { id: 1 }, secrets: { key: 'k' } },
    { state: { id: 1 }, secret: { key: 'k' } },
  ],
  [
    'secrets in the state itself',
    { id: 1, secrets: { key: 'k' } },
    { state: { id: 1 }, secret: { key: 'k' } },
  ],
  [
    'names that say that they are secret',
    { id: 1, signingKey: 's', hook: { id: 2, token: 't' }, list: [{ password: 'p' }] },
    {
      state: { id: 1, hook: { id: 2 } },
      secret: { signingKey: 's', hook: { token: 't' }, list: [{ password: 'p' }] },
    },
  ],
  [
    'an end as a date',
    { state: {}, expirationDateTime: '2030-01-01T00:00:00Z' },
    { state: {}, expiresAt: Date.UTC(2030, 0) },
  ],
  [
    'an end in seconds, in the state',
    { expiresAt: 1_893_456_000 },
    { state: { expiresAt: 1_893_456_000 }, expiresAt: Date.UTC(2030, 0) },
  ],
  [
    'an end in milliseconds, as a text',
    { state: {}, expiration: '1893456000000' },
    { state: {}, expiresAt: Date.UTC(2030, 0) },
  ],
  ['no date', { state: {}, expiresAt: 'never' }, { state: {} }],
])('%s', (_, given, expected) => {
  expect(hookStateOf(given, undefined)).toEqual(expected);
});

it('goes by what the schema says, and keeps the state where a renewal gives none', () => {
  const properties = { pin: { format: 'password' }, cursorToken: { isSensitive: false }, id: {} };
  expect(hookStateOf({ pin: '1234', cursorToken: 'c', id: 'i' }, { type: 'object', properties })).toEqual({
    state: { cursorToken: 'c', id: 'i' },
    secret: { pin: '1234' },
  });
  expect(hookStateOf(undefined, undefined, { id: 'i', apiToken: 't' })).toEqual({
    state: { id: 'i' },
    secret: { apiToken: 't' },
  });
});
