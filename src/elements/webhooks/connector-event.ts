import { MembraneError } from '../../core/error.js';
import { formatPath, isObject, type JsonObject, type JsonPath } from '../../core/json.js';
import type { OtherElement, RunContext } from '../../core/kind.js';
import { didYouMean } from '../../core/nearest.js';
import type { JsonSchema } from '../../core/schema.js';
import type { Pull } from '../../core/subscription.js';
import type { Hook } from '../../core/webhook.js';
import { callDeclared, functionAt, type Declared } from './declared.js';
import { openHook } from './open-hook.js';
import { checkPayload, eventOf } from './payload.js';

/** How often is seen to what nobody asks: nothing is looked at. */
export const hookSeconds = 3600;

/** Opens what a trigger on an event of the connector waits for; its config stands at `at` of the element that runs. */
export async function openConnectorEvent(ctx: RunContext, at: JsonPath): Promise<Pull> {
  const key = await ctx.evaluate([...at, 'config', 'eventKey']);
  const parameters = await ctx.evaluate([...at, 'config', 'eventParameters']);
  return connectorEventPull(ctx, String(key ?? ''), isObject(parameters) ? parameters : {});
}

/** The same, for an event by its key. Rejects with `element/not-found`. */
export async function connectorEventPull(
  ctx: RunContext,
  key: string,
  given: Readonly<Record<string, unknown>>,
): Promise<Pull> {
  const element = findEvent(ctx, key);
  const parameters = checked(ctx, element, given);
  const connector = ctx.others.connector()?.key ?? '';
  return hookPull(ctx, { element, at: [], parameters }, [connector, key, parameters as JsonObject]);
}

/** What waits for the events that functions of an element declare. */
export function hookPull(ctx: RunContext, declared: Declared, source: Pull['source']): Pull {
  const { element } = declared;
  const { value } = element;
  const isGlobal = value['implementationType'] === 'global-webhook';
  const hook = openHook(
    declared,
    async (event, request, index) => {
      const found = eventOf(event, request, index, element);
      checkPayload(ctx, element, found);
      return [found];
    },
    value['stateSchema'],
  );
  return {
    method: isGlobal ? 'global-webhook' : 'webhook',
    source,
    everySeconds: hookSeconds,
    heavy: false,
    hook: isGlobal ? globalHook(ctx, declared, hook) : hook,
  };
}

function globalHook(
  ctx: RunContext,
  declared: Declared,
  { subscribe, unsubscribe, refresh, wantsSecret }: Hook,
): Hook {
  return {
    answers: false,
    ...(subscribe === undefined ? {} : { subscribe }),
    ...(unsubscribe === undefined ? {} : { unsubscribe }),
    ...(refresh === undefined ? {} : { refresh }),
    ...(wantsSecret === undefined ? {} : { wantsSecret }),
    selector: () => selectorOf(declared),
    accept: async (event) => {
      checkPayload(ctx, declared.element, event);
      return [event];
    },
  };
}

async function selectorOf(declared: Declared): Promise<{ webhook: string; selector: string }> {
  const given = await callDeclared(declared, 'getEventSelector', {});
  const { globalWebhookKey: webhook, globalWebhookEventSelector: selector } = isObject(given) ? given : {};
  if (typeof webhook === 'string' && (typeof selector === 'string' || typeof selector === 'number'))
    return { webhook, selector: String(selector) };
  const { element } = declared;
  throw new MembraneError('function/failed', `the event "${element.key}" has no selector`, {
    hint: '"getEventSelector" gives {globalWebhookKey, globalWebhookEventSelector}',
    span: element.locate(functionAt(declared, 'getEventSelector') ?? [], 'key'),
    class: 'configuration',
  });
}

function findEvent({ others }: RunContext, key: string): OtherElement {
  const element = others.find('event', key);
  if (element === undefined) {
    const keys = others.keys('event');
    const known = keys.length === 0 ? 'it has none' : `it has ${keys.slice(0, 8).join(', ')}`;
    const connector = others.connector()?.key;
    throw new MembraneError(
      'element/not-found',
      `the connector ${connector === undefined ? '' : `"${connector}" `}has no event "${key}"`,
      { hint: didYouMean(key, keys) ?? known, class: 'configuration' },
    );
  }
  if (!element.off) return element;
  throw new MembraneError('element/off', `the event "${key}" is deactivated`, {
    hint: 'remove "isDeactivated: true" from its file',
    span: element.locate(['isDeactivated'], 'key'),
  });
}

/** The parameters of a subscription with their defaults. */
function checked(
  ctx: RunContext,
  { key, value }: OtherElement,
  given: Readonly<Record<string, unknown>>,
): unknown {
  const schema = value['parametersSchema'] as JsonSchema | undefined;
  if (schema === undefined) return given;
  const { value: whole, problems } = ctx.validator(schema)(given);
  if (problems.length === 0) return whole;
  throw new MembraneError(
    'input/invalid',
    `the parameters of the event "${key}" do not fit: ${problems.map(({ message }) => message).join('; ')}`,
    {
      hint: problems[0]?.help ?? 'see "eventParameters" of who waits for it',
      class: 'bad_request',
      data: { problems: problems.map(({ path, message }) => ({ path: formatPath(path), message })) },
    },
  );
}
