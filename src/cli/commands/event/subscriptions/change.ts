import { MembraneError } from '../../../../core/error.js';
import { isObject, type JsonObject } from '../../../../core/json.js';
import type { FirstRun } from '../../../../core/subscription.js';
import type { Membrane, SubscriptionFacts } from '../../../../membrane.js';
import { text, type Command, type Options } from '../../../command.js';
import { readJson } from '../../../input.js';

const argument = { name: 'subscription', summary: 'its name or id; see "membrane event subscriptions list"' };
const name = 'flow/on-contact/start#crm';

export const subscriptionsShow: Command = {
  path: 'event subscriptions show',
  summary: 'show one subscription, with its cursor',
  args: [argument],
  examples: [`event subscriptions show ${name}`],
  async run(session, [id = '']) {
    return { data: await (await session.membrane({ cached: true })).subscriptions.show(id) };
  },
};

export const subscriptionsPause = changing(
  'pause',
  'stop looking and delivering; the cursor stays',
  (membrane, id) => membrane.subscriptions.pause(id),
);
export const subscriptionsResume = changing('resume', 'look and deliver again, at once', (membrane, id) =>
  membrane.subscriptions.resume(id),
);

export const subscriptionsReset: Command = {
  path: 'event subscriptions reset',
  summary: 'begin anew, or go on from another cursor',
  description:
    'Without an option the next look learns what is there and emits nothing. What waits for delivery already is delivered in any case.',
  args: [argument],
  options: [
    {
      flags: '--from <what>',
      summary: 'what the next look takes for events: latest (nothing), all, or a date since when',
    },
    { flags: '--cursor <json>', summary: 'the cursor to go on from, as "show" prints it: JSON, @FILE, or -' },
  ],
  examples: [`event subscriptions reset ${name}`, `event subscriptions reset ${name} --from 2026-01-31`],
  async run(session, [id = ''], options) {
    const membrane = await session.membrane({ cached: true });
    const given = text(options, 'cursor');
    const cursor = given === undefined ? undefined : await readJson(session, given, '--cursor');
    if (cursor !== undefined && !isObject(cursor)) {
      throw new MembraneError('usage/argument', 'a cursor is an object', {
        hint: `membrane event subscriptions show ${id}`,
      });
    }
    const facts = await membrane.subscriptions.reset(id, {
      firstRun: firstRunOf(options),
      cursor: cursor as JsonObject | undefined,
    });
    return { data: facts, human: () => '', note: `"${facts.name}" begins anew with its next look` };
  },
};

function firstRunOf(options: Options): FirstRun | undefined {
  const from = text(options, 'from');
  if (from === undefined || from === 'latest' || from === 'all') return from;
  const since = Date.parse(from);
  if (!Number.isNaN(since)) return { since };
  throw new MembraneError('usage/argument', `"${from}" is no beginning`, {
    hint: 'latest, all, or a date: 2026-01-31',
  });
}

function changing(
  word: string,
  summary: string,
  change: (membrane: Membrane, id: string) => Promise<SubscriptionFacts>,
): Command {
  return {
    path: `event subscriptions ${word}`,
    summary,
    args: [argument],
    examples: [`event subscriptions ${word} ${name}`],
    async run(session, [id = '']) {
      const facts = await change(await session.membrane({ cached: true }), id);
      return { data: facts, human: () => '', note: `"${facts.name}" is ${facts.state}` };
    },
  };
}
