import { MembraneError } from '../core/error.js';
import type { FoundEvent, Schedule } from '../core/subscription.js';

/** A time that passed longer ago was missed: nobody watched then. */
const graceMs = 60_000;
/** So many missed times are made good for at most; of more, the newest. */
const catchUpAtMost = 1000;
const minuteMs = 60_000;

/** What a schedule has due. All times are milliseconds since 1970. */
export interface DueTimes {
  readonly due: readonly number[];
  /** How many times passed that nothing comes of. */
  readonly missed: number;
  /** The last time that passed; where the next look begins. */
  readonly last: number;
  readonly next: number;
}

/** The times of a schedule after `since`, until now. Rejects with `schedule/invalid`. */
export async function dueTimes(schedule: Schedule, since: number, now: number): Promise<DueTimes> {
  const after = await timesOf(schedule, since);
  const times: number[] = [];
  let missed = 0;
  let next = after(since);
  for (; next !== undefined && next <= now; next = after(next)) {
    times.push(next);
    if (times.length > catchUpAtMost) {
      times.shift();
      missed += 1;
    }
  }
  const last = times.at(-1) ?? since;
  const due = schedule.missed === 'catchUp' ? times : times.filter((time) => now - time <= graceMs).slice(-1);
  return { due, missed: missed + times.length - due.length, last, next: next ?? Number.MAX_SAFE_INTEGER };
}

/** The event that it is time. */
export function scheduleEvent(time: number): FoundEvent {
  const written = new Date(time).toISOString();
  return {
    type: 'schedule',
    record: '',
    version: written,
    generation: 0,
    payload: { type: 'schedule', time: written },
  };
}

/** What gives the time after a time. */
async function timesOf(
  { everyMinutes, cron, timezone }: Schedule,
  since: number,
): Promise<(time: number) => number | undefined> {
  if (cron === undefined) {
    const everyMs = (everyMinutes ?? 0) * minuteMs;
    if (everyMs <= 0) {
      throw new MembraneError('schedule/invalid', 'nothing says when the schedule is due', {
        hint: 'give the trigger "everyMinutes" or "cron"',
        class: 'configuration',
      });
    }
    return (time) => since + (Math.floor((time - since) / everyMs) + 1) * everyMs;
  }
  const { Cron } = await import('croner');
  try {
    const job = new Cron(cron, { paused: true, timezone: timezone ?? 'UTC' });
    job.nextRun(new Date(since)); // says what is wrong with the time zone, too
    return (time) => job.nextRun(new Date(time))?.getTime();
  } catch (cause) {
    const zone = timezone === undefined ? '' : ` in "${timezone}"`;
    throw new MembraneError('schedule/invalid', `"${cron}"${zone} is no schedule`, {
      hint: 'five fields: minute, hour, day of month, month, day of week, as in "30 9 * * 1-5"; a time zone is like Europe/Berlin',
      class: 'configuration',
      cause,
    });
  }
}
