import { diagnostic } from '../../core/diagnostic.js';
import { MembraneError } from '../../core/error.js';
import { isObject, type JsonObject } from '../../core/json.js';
import type { OtherElement, RunContext } from '../../core/kind.js';
import type { JsonSchema } from '../../core/schema.js';
import type { FoundEvent } from '../../core/subscription.js';
import type { WebhookArguments } from '../../core/webhook.js';

/** An event that `handle` gave: `{id, payload}`, or the payload itself. Throws `function/failed` where it is no object. */
export function eventOf(
  given: unknown,
  { id, deliveryId }: Pick<WebhookArguments, 'id' | 'deliveryId'>,
  index: number,
  element: OtherElement,
): FoundEvent {
  const isWrapped = isObject(given) && given['payload'] !== undefined;
  const payload = isWrapped ? given['payload'] : given;
  if (!isObject(payload)) {
    throw new MembraneError('function/failed', `event ${index + 1} of "${element.key}" is no object`, {
      hint: '"handle" gives {events: [{id, payload: {…}}]}',
      span: element.locate([]),
      class: 'configuration',
    });
  }
  const own = isWrapped ? given['id'] : undefined;
  const named = typeof own === 'string' || typeof own === 'number' ? String(own) : undefined;
  return {
    type: 'connector-event',
    record: '',
    version: named ?? `${deliveryId ?? id} ${index}`,
    generation: 0,
    payload: JSON.parse(JSON.stringify(payload)) as JsonObject,
  };
}

/** Says where an event is not as its schema declares it. It is an event all the same. */
export function checkPayload(ctx: RunContext, element: OtherElement, { payload }: FoundEvent): void {
  const schema = element.value['schema'] as JsonSchema | undefined;
  if (schema === undefined) return;
  const { problems } = ctx.validator(schema)(payload);
  if (problems.length === 0) return;
  const what = problems.slice(0, 3).map(({ message }) => message);
  ctx.warn(
    diagnostic(
      'output/invalid',
      `an event of "${element.key}" does not fit its schema: ${what.join('; ')}`,
      element.locate(['schema'], 'key'),
      { ref: `${element.kind}/${element.key}` },
    ),
  );
}
