import { expect, it } from 'vitest';
import { fullTime, relativeTime } from '../../../../src/cli/output/time.js';

const now = Date.UTC(2030, 0, 1);

it('a time is said as it is seen from now', () => {
  const minute = 60_000;
  const said = [0, 59_999, minute, 90 * minute, 49 * 60 * minute].flatMap((ms) => [
    relativeTime(now - ms, now),
    relativeTime(now + ms, now),
  ]);
  expect(said).toEqual([
    'just now',
    'just now',
    'just now',
    'in a moment',
    '1 min ago',
    'in 1 min',
    '1 h ago',
    'in 1 h',
    '2 d ago',
    'in 2 d',
  ]);
});

it('a time can be had with the time itself', () => {
  expect(fullTime(now, now + 7_200_000)).toBe('2030-01-01T00:00:00.000Z (2 h ago)');
});
