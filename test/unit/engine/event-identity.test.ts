import { expect, it } from 'vitest';
import type { FoundEvent } from '../../../src/core/subscription.js';
import { digest, eventId } from '../../../src/engine/event-identity.js';

const event: FoundEvent = { type: 'updated', record: '7', version: 'v1', generation: 0, payload: {} };

it('gives the same id for the same event, whatever its payload', () => {
  expect(eventId('s', { ...event, payload: { more: true } })).toBe(eventId('s', event));
});

it('gives another id for anything else', () => {
  const others = [
    eventId('t', event),
    eventId('s', { ...event, type: 'created' }),
    eventId('s', { ...event, record: '8' }),
    eventId('s', { ...event, version: 'v2' }),
    eventId('s', { ...event, generation: 1 }),
    eventId('s', event),
  ];
  expect(new Set(others).size).toBe(others.length);
});

it('digests JSON in any order of its keys', () => {
  expect(digest({ a: 1, b: { c: [1, null], d: undefined } })).toBe(digest({ b: { c: [1, null] }, a: 1 }));
  expect(digest({ a: 1 })).not.toBe(digest({ a: '1' }));
});
