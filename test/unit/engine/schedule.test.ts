import { describe, expect, it } from 'vitest';
import { MembraneError } from '../../../src/core/error.js';
import { dueTimes } from '../../../src/engine/schedule.js';

const at = (text: string): number => Date.parse(text);
const written = (times: readonly number[]): string[] => times.map((time) => new Date(time).toISOString());

describe('every so many minutes', () => {
  it('is due on a grid from where it began', async () => {
    const since = at('2030-01-01T00:00:07Z');
    const { due, next, missed } = await dueTimes({ everyMinutes: 5 }, since, at('2030-01-01T00:05:20Z'));
    expect({ due: written(due), next: written([next]), missed }).toEqual({
      due: ['2030-01-01T00:05:07.000Z'],
      next: ['2030-01-01T00:10:07.000Z'],
      missed: 0,
    });
  });

  it('leaves out what was missed', async () => {
    const { due, missed, last } = await dueTimes(
      { everyMinutes: 5 },
      at('2030-01-01T00:00:00Z'),
      at('2030-01-01T00:17:30Z'),
    );
    expect({ due, missed, last: written([last]) }).toEqual({
      due: [],
      missed: 3,
      last: ['2030-01-01T00:15:00.000Z'],
    });
  });

  it('makes good for what was missed where it is to', async () => {
    const schedule = { everyMinutes: 5, missed: 'catchUp' } as const;
    const { due, missed } = await dueTimes(schedule, at('2030-01-01T00:00:00Z'), at('2030-01-01T00:17:30Z'));
    expect({ due: written(due), missed }).toEqual({
      due: ['2030-01-01T00:05:00.000Z', '2030-01-01T00:10:00.000Z', '2030-01-01T00:15:00.000Z'],
      missed: 0,
    });
  });
});

describe('cron', () => {
  it('is due once a day where the clock is put forward and back', async () => {
    const schedule = { cron: '30 2 * * *', timezone: 'Europe/Berlin', missed: 'catchUp' } as const;
    const spring = await dueTimes(schedule, at('2030-03-29T12:00:00Z'), at('2030-04-02T00:00:00Z'));
    const autumn = await dueTimes(schedule, at('2030-10-25T12:00:00Z'), at('2030-10-29T00:00:00Z'));
    expect([spring.due.length, autumn.due.length]).toEqual([3, 3]);
  });

  it('is in UTC without a time zone', async () => {
    const { next } = await dueTimes(
      { cron: '0 9 * * *' },
      at('2030-01-01T08:00:00Z'),
      at('2030-01-01T08:30:00Z'),
    );
    expect(written([next])).toEqual(['2030-01-01T09:00:00.000Z']);
  });

  it.each([
    [{ cron: 'every day' }, '"every day" is no schedule'],
    [{ cron: '0 9 * * *', timezone: 'Europe/Berlln' }, '"0 9 * * *" in "Europe/Berlln" is no schedule'],
    [{}, 'nothing says when the schedule is due'],
  ])('%j cannot be understood', async (schedule, message) => {
    const error: unknown = await dueTimes(schedule, 0, 1).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(MembraneError);
    expect(error).toMatchObject({ code: 'schedule/invalid', message });
  });
});
