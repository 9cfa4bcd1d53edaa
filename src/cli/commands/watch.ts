import type { WatchEvent } from '../../membrane.js';
import { flag, text, texts, type Command } from '../command.js';
import { relativeTime } from '../output/time.js';
import { lineQueue } from '../line-queue.js';

export const watchCommand: Command = {
  path: 'watch',
  summary: 'look for events and deliver them, run schedules, until Ctrl-C',
  description:
    'Looks at every subscription when it is due, stores what is new, and starts flow runs or calls your app. Any number of watchers may work on one project: they share the work, and take over from one that was killed. Changed files are read anew.',
  formats: ['ndjson'],
  options: [
    { flags: '--once', summary: 'look at each once, deliver what waits, and end' },
    { flags: '--only <name>', summary: 'only this subscription, or those of this element', many: true },
    { flags: '--dry-run', summary: 'say what would be found; store and deliver nothing' },
  ],
  examples: ['watch', 'watch --once', 'watch --only flow/on-contact --dry-run'],
  async run(session, _args, options) {
    const membrane = await session.membrane();
    const { signal } = session;
    const once = flag(options, 'once');
    const lines = lineQueue();
    // One look at each is one result; a watch without an end is a line for each event.
    const gathered: WatchEvent[] = [];
    const isJson = text(options, 'format') === 'json' || text(options, 'format') === 'ndjson';
    const tell = (event: WatchEvent): void => {
      if (once) gathered.push(event);
      if (isJson && once) return;
      if (isJson) lines.add(JSON.stringify(event));
      else {
        const line = lineOf(event);
        if (line !== undefined) lines.add(`${new Date(event.time).toISOString().slice(11, 19)}  ${line}`);
      }
    };
    const watching = membrane
      .watch({
        once,
        dryRun: flag(options, 'dryRun'),
        only: texts(options, 'only'),
        allTenants: session.tenant === undefined,
        tell,
        signal,
      })
      .finally(() => lines.end());
    await session.output.stream(lines.texts());
    const summary = await watching;
    signal.throwIfAborted();
    return {
      data: { ...summary, happened: gathered },
      human: () => '',
      exit: once && summary.failed > 0 ? 1 : 0,
    };
  },
};

/** What people read of an event; looks that found nothing are no news. */
function lineOf(event: WatchEvent): string | undefined {
  switch (event.type) {
    case 'started':
    case 'reloaded':
      return `${event.type === 'started' ? 'watching' : 'files have changed: watching'} ${event.subscriptions} ${event.subscriptions === 1 ? 'subscription' : 'subscriptions'}`;
    case 'look':
      if (event.events === 0 && event.missed === undefined) return undefined;
      return `${event.name}: ${event.events} new of ${event.records} (${event.ms} ms)`;
    case 'look-failed':
      return `${event.name}: ${String(event.error['message'])}; next try ${relativeTime(event.nextAt, event.time)}`;
    case 'delivered':
      return `${event.name}: ${event.done} delivered${more('skipped', event.skipped)}${more('failed', event.failed)}`;
    case 'run':
      return `flow/${event.flow}: run ${event.run} ${event.state}`;
    case 'error':
      return `error: ${String(event.error['message'])}`;
    case 'stopped':
      return undefined;
  }
}

function more(what: string, count: number): string {
  return count === 0 ? '' : `, ${count} ${what}`;
}
