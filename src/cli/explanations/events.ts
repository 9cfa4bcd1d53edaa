import type { Explanation } from './explanation.js';

export const eventExplanations = {
  'event/unknown': {
    means:
      'No event has this id, or the project has no internal event of this key. Old events are forgotten, as "retention" says.',
    wrong: 'You emit "signed-upp", and the file is internal-events/signed-up.yaml.',
    right: 'See events with "membrane event list", and internal events with "membrane internal-event list".',
  },
  'schedule/invalid': {
    means:
      'A schedule-trigger has neither "everyMinutes" nor a cron expression with five fields, or its time zone is unknown.',
    wrong: 'The trigger says "cron: every day".',
    right: 'Write "cron: 0 9 * * *", and "timezone: Europe/Berlin" where it is not in UTC.',
  },
} satisfies Record<string, Explanation>;
