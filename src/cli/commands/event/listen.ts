import type { FollowedEvent } from '../../../membrane.js';
import { text, texts, type Command } from '../../command.js';
import { printable } from '../../output/text.js';
import { timeOfDay } from '../../output/time.js';
import { timeOf } from '../../time-argument.js';
import { forwardedText, forwardOf, forwardOption } from './forwarded.js';
import { subscriptionOption } from './table.js';

export const eventListen: Command = {
  path: 'event listen',
  summary: 'print events as they are found, and post them somewhere if asked to, until Ctrl-C',
  description:
    'Shows what "membrane watch" finds, wherever it runs. Nothing changes for the events: they are delivered as ever.',
  formats: ['ndjson'],
  options: [
    forwardOption,
    subscriptionOption,
    {
      flags: '--type <type>',
      summary: 'only these: created, updated, deleted, schedule, app-event, connector-event',
      many: true,
    },
    { flags: '--since <time>', summary: 'those since then come first: 10m, 2h, 3d, or a date' },
  ],
  examples: ['event listen', 'event listen --forward-to http://localhost:3000/hook --type created'],
  async run(session, _args, options) {
    const { signal, output } = session;
    const since = text(options, 'since');
    const forwardTo = forwardOf(options);
    const membrane = await session.membrane();
    const format = text(options, 'format');
    const isJson = format === 'json' || format === 'ndjson';
    const events = membrane.events.follow({
      subscription: text(options, 'subscription'),
      types: texts(options, 'type'),
      since: since === undefined ? undefined : timeOf(since, Date.now()),
      allTenants: session.tenant === undefined,
      forwardTo,
    });
    output.note(`listening${forwardTo === undefined ? '' : `, posting to ${forwardTo}`}`);
    await output.stream(linesOf(events, isJson));
    signal.throwIfAborted();
    return { data: null, human: () => '' };
  },
};

async function* linesOf(events: AsyncIterable<FollowedEvent>, isJson: boolean): AsyncGenerator<string> {
  for await (const event of events) yield `${isJson ? JSON.stringify(event) : lineOf(event)}\n`;
}

/** `09:14:02  44abd36033bb  flow/on-contact/start#crm: created 17  → 200 (12 ms)` */
function lineOf({ time, id, name, type, record, forwarded }: FollowedEvent): string {
  const what = record === undefined ? type : `${type} ${record}`;
  const sent = forwarded === undefined ? '' : `  ${forwardedText(forwarded)}`;
  return printable(`${timeOfDay(time)}  ${id.slice(0, 12)}  ${name}: ${what}${sent}`);
}
