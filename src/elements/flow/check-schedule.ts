import { isObject } from '../../core/json.js';
import type { Finding } from '../../core/kind.js';
import { isFormula } from '../places.js';

type Fault = Pick<Finding, 'message' | 'path' | 'help'>;

/** What is wrong with the config of a schedule trigger; paths are relative to it. */
export function checkSchedule(config: unknown): Finding[] {
  if (isFormula(config) || (config !== undefined && !isObject(config))) return [];
  const { everyMinutes, cron, timezone } = config ?? {};
  return [...whenFaults(everyMinutes, cron), ...cronFaults(cron), ...zoneFaults(timezone)].map((fault) => ({
    code: 'schedule/invalid',
    ...fault,
  }));
}

function whenFaults(everyMinutes: unknown, cron: unknown): Fault[] {
  const help = 'write "everyMinutes: 15", or a cron expression such as "cron: 0 9 * * *"';
  if (everyMinutes === undefined && cron === undefined)
    return [{ message: 'the schedule does not say when to start', path: [], help }];
  if (everyMinutes === undefined || cron === undefined) return [];
  const message = 'the schedule has both "everyMinutes" and "cron"';
  return [{ message, path: ['cron'], help: 'remove one of the two' }];
}

/** Each field with its range and the names that may stand for numbers; seconds may stand before them. */
const fields: readonly (readonly [string, number, number, RegExp?])[] = [
  ['second', 0, 59],
  ['minute', 0, 59],
  ['hour', 0, 23],
  ['day of month', 1, 31],
  ['month', 1, 12, /^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)$/i],
  ['day of week', 0, 7, /^(sun|mon|tue|wed|thu|fri|sat)$/i],
];

function cronFaults(cron: unknown): Fault[] {
  if (typeof cron !== 'string' || cron.startsWith('@')) return [];
  const parts = cron.trim().split(/\s+/);
  const path = ['cron'];
  const help = 'write minute, hour, day of month, month and day of week: "0 9 * * *"';
  if (parts.length < 5 || parts.length > 6) {
    const count = `${parts.length} field${parts.length === 1 ? '' : 's'}`;
    return [{ message: `the cron expression "${cron}" has ${count}, not 5`, path, help }];
  }
  return parts.flatMap((part, index): Fault[] => {
    const [name, low, high, names] = fields[index + 6 - parts.length] ?? ['', 0, 0];
    if (isField(part, low, high, names)) return [];
    const message = `"${part}" is no ${name} of a cron expression`;
    return [{ message, path, help: `it goes from ${low} to ${high}; ${help}` }];
  });
}

function isField(part: string, low: number, high: number, names?: RegExp): boolean {
  return part.split(',').every((item) => {
    if (/[L#W?]/i.test(item) && !names?.test(item)) return true; // the last day, the second Monday, …
    const [range = '', step, more] = item.split('/');
    if (more !== undefined || (step !== undefined && !/^[1-9]\d*$/.test(step))) return false;
    if (range === '*') return true;
    const ends = range.split('-');
    return (
      ends.length <= 2 &&
      ends.every(
        (end) =>
          names?.test(end) === true || (/^\d+$/.test(end) && Number(end) >= low && Number(end) <= high),
      )
    );
  });
}

function zoneFaults(timezone: unknown): Fault[] {
  if (typeof timezone !== 'string') return [];
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return [];
  } catch {
    const help = 'write the name of a city, such as "Europe/Berlin", or "UTC"';
    return [{ message: `there is no time zone "${timezone}"`, path: ['timezone'], help }];
  }
}
