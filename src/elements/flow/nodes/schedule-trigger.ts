import { choice, count, object, text } from '../../schema-parts.js';
import { checkSchedule } from '../check-schedule.js';
import type { NodeType } from '../node-type.js';

export const scheduleTrigger: NodeType = {
  name: 'schedule-trigger',
  summary: 'Starts a run every so many minutes, or at the times of a cron expression.',
  trigger: true,
  when: ({ everyMinutes, cron, timezone = 'UTC' }) =>
    cron === undefined ? `every ${String(everyMinutes)} minutes` : `at ${String(cron)} (${String(timezone)})`,
  config: object('When to start.', {
    everyMinutes: count('Minutes between two runs.', 1),
    cron: text('Five fields: minute, hour, day of month, month, day of week.', { minLength: 9 }),
    timezone: text('Time zone of the cron expression, such as Europe/Berlin. Default: UTC.'),
    missed: choice(
      ['skip', 'catchUp'],
      'What becomes of times that passed while nobody watched: they are left out, or made good for. Default: skip.',
    ),
  }),
  places: () => [],
  check: checkSchedule,
};
