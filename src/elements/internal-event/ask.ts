import { isObject, type JsonObject } from '../../core/json.js';
import type { RunContext } from '../../core/kind.js';
import { clientRequest } from '../config/request.js';

/** Sends what `subscribeRequest` says; its formulas see `webhookUri` beside what those of actions see. */
export async function askForEvents(ctx: RunContext, value: JsonObject, webhookUri: string): Promise<void> {
  if (value['subscribeRequest'] === undefined) return;
  const given = await ctx.evaluate(['subscribeRequest'], { ...ctx.variables, webhookUri });
  const request = isObject(given) ? given : {};
  const { at: _, ...send } = clientRequest(request, request['uri'] ?? request['path'] ?? '', { webhookUri });
  await ctx.yourApp.send(send);
}
