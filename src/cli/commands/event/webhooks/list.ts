import { MembraneError } from '../../../../core/error.js';
import { didYouMean } from '../../../../core/nearest.js';
import type { WebhookFacts } from '../../../../membrane.js';
import { flag, text, type Command, type Option, type Options } from '../../../command.js';
import type { Style } from '../../../output/style.js';
import { renderTable } from '../../../output/table.js';
import { limitOf, limitOption } from '../table.js';

/** What comes to one address for all is listed for no tenant: it tells of others. */
const globalOption: Option = {
  flags: '--global',
  summary: 'those that came to a global webhook, of all tenants',
};
const states = ['pending', 'done', 'dead', 'refused'] as const;

export const webhooksList: Command = {
  path: 'event webhooks list',
  summary: 'list the webhooks that came, newest first',
  options: [
    { flags: '--state <state>', summary: `only in this state: ${states.join(', ')}` },
    limitOption,
    globalOption,
  ],
  examples: ['event webhooks list', 'event webhooks list --state dead', 'event webhooks list --global'],
  async run(session, _args, options) {
    const membrane = await session.membrane({ cached: true });
    const all = await membrane.webhooks.list({
      state: stateOf(options),
      limit: limitOf(options),
      global: flag(options, 'global'),
    });
    return { data: all, human: (style) => render(all, style) };
  },
};

export const webhooksShow: Command = {
  path: 'event webhooks show',
  summary: 'show one webhook that came, with its body',
  args: [{ name: 'id', summary: 'id of the webhook, or its beginning' }],
  options: [globalOption],
  examples: ['event webhooks show 01jd6z0c9a'],
  async run(session, [id = ''], options) {
    const { webhooks } = await session.membrane({ cached: true });
    return { data: await webhooks.show(id, { global: flag(options, 'global') }) };
  },
};

export const webhooksRetry: Command = {
  path: 'event webhooks retry',
  summary: 'look into webhooks again; all dead ones unless some are named',
  args: [{ name: 'ids', summary: 'ids of webhooks, or their beginnings', many: true, optional: true }],
  options: [globalOption],
  examples: ['event webhooks retry 01jd6z0c9a', 'event webhooks retry'],
  async run(session, ids, options) {
    const { webhooks } = await session.membrane({ cached: true });
    const count = await webhooks.retry(ids, { global: flag(options, 'global') });
    const many = count === 1 ? 'webhook is' : 'webhooks are';
    return {
      data: { count },
      human: () => '',
      note: `${count} ${many} looked into again by "membrane watch"`,
    };
  },
};

function stateOf(options: Options): (typeof states)[number] | undefined {
  const given = text(options, 'state');
  const known = states.find((state) => state === given);
  if (given === undefined || known !== undefined) return known;
  throw new MembraneError('usage/argument', `"${given}" is no state of a webhook`, {
    hint: didYouMean(given, states) ?? `the states are ${states.join(', ')}`,
  });
}

async function render(all: readonly WebhookFacts[], style: Style): Promise<string> {
  if (all.length === 0) return '';
  const rows = all.map(({ id, time, state, name, events, attempts, error, warnings }) => [
    new Date(time).toISOString(),
    state,
    id.slice(0, 12),
    name,
    events === undefined ? '' : String(events.length),
    attempts === 0 ? '' : String(attempts),
    String(error?.['message'] ?? error?.['why'] ?? warnings?.[0] ?? ''),
  ]);
  return renderTable(['time', 'state', 'id', 'for', 'events', 'attempts', 'what is wrong'], rows, style);
}
