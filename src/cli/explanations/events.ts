import type { Explanation } from './explanation.js';

export const eventExplanations = {
  'event/unknown': {
    means:
      'No event has this id, or the project has no internal event of this key. Old events are forgotten, as "retention" says.',
    wrong: 'You emit "signed-upp", and the file is internal-events/signed-up.yaml.',
    right: 'See events with "membrane event list", and internal events with "membrane internal-event list".',
  },
  'notification/unknown': {
    means:
      'No notification has this id, or several begin with it. Old ones are forgotten, as "retention" says.',
    wrong: 'You type "membrane notification show 01jd6z00", and all of today begin so.',
    right: 'See them with "membrane notification list", and give more of the id.',
  },
  'alert/unknown': {
    means: 'No alert has this id, or several begin with it. Old ones are forgotten, as "retention" says.',
    wrong: 'You resolve an alert of last year.',
    right: 'See them with "membrane alert list --all", and give the id as it stands there.',
  },
  'schedule/invalid': {
    means:
      'A schedule-trigger has neither "everyMinutes" nor a cron expression with five fields, or its time zone is unknown.',
    wrong: 'The trigger says "cron: every day".',
    right: 'Write "cron: 0 9 * * *", and "timezone: Europe/Berlin" where it is not in UTC.',
  },
  'webhook/unknown': {
    means: 'No webhook has this id, or several begin with it. Old ones are forgotten, as "retention" says.',
    wrong: 'You type "membrane event webhooks show 01jd6z00", and all of today begin so.',
    right: 'See them with "membrane event webhooks list", and give more of the id.',
  },
  'webhook/malformed': {
    means:
      'A webhook says with its content-type that its body is JSON, and it is none. It is not tried again: it would never be.',
    wrong: 'Something between the app and you cuts bodies off.',
    right: 'Look at the body with "membrane event webhooks show ID", and at what stands between.',
  },
  'webhook/over': {
    means:
      'A webhook came for a subscription that is gone, switched off, or learns of changes in another way by now.',
    wrong: 'A flow was disabled while the app still sent.',
    right: 'Nothing has to be done. Enable the flow again, then "membrane event webhooks retry" takes it up.',
  },
  'webhook/signature': {
    means:
      'An element declares a "signature", and its secret resolves to nothing. Nobody can prove anything then, and every webhook is refused.',
    wrong: 'The secret is $.connectorParameters.signingSecret, and nobody has given that parameter.',
    right:
      'Give it: "membrane integration configure KEY". Or take the secret from $.state or $.webhookSecret.',
  },
  'webhook/port': {
    means:
      'The port at which webhooks should be received is taken, or the address is not one of this machine.',
    wrong: 'A second "membrane watch --listen 8080" is started beside the first one.',
    right:
      'End the other program, or choose another port. Several watchers may work side by side; one of them listens.',
  },
} satisfies Record<string, Explanation>;
