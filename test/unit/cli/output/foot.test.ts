import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EventEmitter } from 'node:events';
import { openFoot } from '../../../../src/cli/output/foot.js';
import { screenOf } from '../../../support/screen.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A terminal that counts what is written. */
function terminal(columns = 20, rows = 10) {
  const writes: string[] = [];
  const stream = Object.assign(new EventEmitter(), {
    columns,
    rows,
    // as a terminal does: a new line begins at its left edge
    write: (text: string) => writes.push(text.replaceAll('\n', '\r\n')) > 0,
  });
  return {
    stream: stream as unknown as NodeJS.WriteStream,
    writes,
    screen: () => screenOf(writes.join(''), columns),
  };
}

it('is drawn at most four times a second, only when it changes, below what is said', () => {
  const { stream, writes, screen } = terminal();
  let count = 0;
  const foot = openFoot(stream, () => ['', `count ${count}`]);
  for (let ms = 0; ms < 1000; ms += 10) {
    count += 1;
    if (count % 50 === 0) foot.say(`at ${count}`);
    foot.changed();
    vi.advanceTimersByTime(10);
  }
  expect(writes.length).toBeLessThanOrEqual(5); // one at once, and four
  vi.advanceTimersByTime(1000);
  const drawn = writes.length;
  foot.changed();
  vi.advanceTimersByTime(1000);
  expect(writes.length).toBe(drawn);
  foot.stop();
  foot.changed();
  vi.advanceTimersByTime(1000);
  expect(screen()).toBe('at 50\nat 100\n\ncount 100\n');
});

it('makes room for what others print, and draws lines that a narrower terminal has broken anew', () => {
  const { stream, writes, screen } = terminal(20);
  const foot = openFoot(stream, (columns) => ['x'.repeat(Math.min(columns, 18))]);
  foot.changed();
  vi.advanceTimersByTime(300);
  foot.aside(() => void stream.write('a note\n'));
  vi.advanceTimersByTime(300);
  expect(screen()).toBe(`a note\n${'x'.repeat(18)}`);
  (stream as { columns: number }).columns = 6; // the line takes three rows now
  stream.emit('resize');
  vi.advanceTimersByTime(300);
  expect(writes.at(-1)).toBe('\u001B[?2026h\u001B[2A\r\u001B[Jxxxxxx\u001B[?2026l');
  foot.stop();
  expect(stream.listenerCount('resize')).toBe(0);
});
