import { defaultTenant } from '../../core/connection.js';
import type { JsonObject } from '../../core/json.js';
import type { WatchEvent, WatchSummary } from '../../membrane.js';
import { flag, text, texts, type Command } from '../command.js';
import { relativeTime, timeOfDay } from '../output/time.js';
import { lineQueue } from '../line-queue.js';
import { openWatchView } from '../watch-view.js';

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
    {
      flags: '--listen <[host:]port>',
      summary: 'receive webhooks there; this machine only, unless a host says more',
    },
    { flags: '--public-url <url>', summary: 'what others reach it at, such as the address of a tunnel' },
    { flags: '--lines', summary: 'a line for each thing that happens, also at a terminal' },
  ],
  examples: [
    'watch',
    'watch --once',
    'watch --only flow/on-contact --dry-run',
    'watch --listen 8080 --public-url https://hooks.example.com',
  ],
  async run(session, _args, options) {
    const membrane = await session.membrane();
    const { signal } = session;
    const once = flag(options, 'once');
    const lines = lineQueue();
    // One look at each is one result; a watch without an end is a line for each event.
    const gathered: WatchEvent[] = [];
    const isJson = text(options, 'format') === 'json' || text(options, 'format') === 'ndjson';
    const view = once || isJson || flag(options, 'lines') ? undefined : await openWatchView(session);
    const tell = (event: WatchEvent): void => {
      if (once) gathered.push(event);
      if (isJson && once) return;
      if (isJson) lines.add(JSON.stringify(event));
      else {
        const line = session.tenant === undefined ? forTenant(event, lineOf(event)) : lineOf(event);
        if (view !== undefined) view.tell(event, line);
        else if (line !== undefined) lines.add(`${timeOfDay(event.time)}  ${line}`);
      }
    };
    const watch = async (): Promise<WatchSummary> => {
      try {
        return await membrane.watch({
          once,
          dryRun: flag(options, 'dryRun'),
          only: texts(options, 'only'),
          listen: text(options, 'listen'),
          publicUrl: text(options, 'publicUrl'),
          allTenants: session.tenant === undefined,
          tell,
          view: view?.follow,
          signal,
        });
      } finally {
        await view?.end();
        lines.end();
      }
    };
    const [summary] = await Promise.all([watch(), session.output.stream(lines.texts())]);
    signal.throwIfAborted();
    return {
      data: { ...summary, happened: gathered },
      human: () => '',
      exit: once && summary.failed > 0 ? 1 : 0,
    };
  },
};

/** Those of other tenants say so: names are the same there. */
function forTenant(event: WatchEvent, line: string | undefined): string | undefined {
  if (line === undefined || !('tenant' in event) || event.tenant === undefined) return line;
  return event.tenant === defaultTenant ? line : `${event.tenant}: ${line}`;
}

/** What people read of an event; looks that found nothing are no news. */
function lineOf(event: WatchEvent): string | undefined {
  switch (event.type) {
    case 'started':
    case 'reloaded':
      return `${event.type === 'started' ? 'watching' : 'files have changed: watching'} ${event.subscriptions} ${event.subscriptions === 1 ? 'subscription' : 'subscriptions'}`;
    case 'look':
      if (event.events === 0 && (event.missed ?? 0) === 0) return undefined;
      if (event.missed !== undefined)
        return `${event.name}: ${event.events} due${more('missed', event.missed)}`;
      return `${event.name}: ${event.events} new of ${event.records} (${event.ms} ms)`;
    case 'look-failed':
      return `${event.name}: ${String(event.error['message'])}; next try ${relativeTime(event.nextAt, event.time)}`;
    case 'delivered':
      return `${event.name}: ${event.done} delivered${more('skipped', event.skipped)}${more('failed', event.failed)}${why(event, event.time)}`;
    case 'run':
      return `flow/${event.flow}: run ${event.run} ${event.state}`;
    case 'notification':
      return event.state === 'done' ? undefined : lineOfNotification(event);
    case 'alert':
      return event.status === 'ongoing' ? `alert: ${event.description}` : `over: ${event.description}`;
    case 'hook': {
      if (event.did !== 'failed') return `${event.name}: its webhook was ${event.did}`;
      return `${event.name}: its webhook${why(event, event.time)}`;
    }
    case 'webhooks':
      // What came for several is told where it arrives.
      if (event.events === 0 && event.failed === 0) return undefined;
      return `${event.name}: ${event.events} new by webhook${more('failed', event.failed)}`;
    case 'unheard':
      return `${event.name} waits for webhooks: run "membrane watch --listen PORT --public-url URL"`;
    case 'listening': {
      const { address, publicUrl, hint } = event;
      const others = publicUrl === address ? '' : `, which others reach at ${publicUrl}`;
      return `listening on ${address}${others}${hint === undefined ? '' : `\n          ${hint}`}`;
    }
    case 'refused':
      return `refused (${event.status}) what ${event.remote} sent to ${event.to || 'nowhere'}: ${event.why}`;
    case 'error':
      return `error: ${String(event.error['message'])}`;
    case 'stopped':
      return undefined;
  }
}

function lineOfNotification(event: WatchEvent & { type: 'notification' }): string {
  const { eventType, to, error, tryAt, time } = event;
  const next = tryAt === undefined ? 'given up' : `next try ${relativeTime(tryAt, time)}`;
  return `${eventType} to ${to}: ${String(error?.['message'])}; ${next}`;
}

function why({ error, nextAt }: { error?: JsonObject; nextAt?: number }, now: number): string {
  if (error === undefined) return '';
  const next = nextAt === undefined ? '' : `; next try ${relativeTime(nextAt, now)}`;
  return `: ${String(error['message'])}${next}`;
}

function more(what: string, count: number): string {
  return count === 0 ? '' : `, ${count} ${what}`;
}
