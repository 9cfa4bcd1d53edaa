import { isObject, type JsonObject } from '../../core/json.js';
import type { OtherElement } from '../../core/kind.js';
import type { Hook } from '../../core/webhook.js';
import { answersIn, callDeclared, type Declared } from './declared.js';
import { givenBy } from './handled.js';
import { argumentsOf } from './open-hook.js';
import { eventOf } from './payload.js';
import { resolveSignature } from './signature-field.js';

/** What is sent for all connections: each event says by its selector whose it is. */
export function openGlobalHook(element: OtherElement, parameters: JsonObject): Hook {
  const declared: Declared = { element, at: [], parameters };
  return {
    answers: answersIn(declared),
    signature: ({ uri: webhookUri }) =>
      resolveSignature(element, ['signature'], { parameters, webhookUri, state: {} }),
    async handle(request, { uri: webhookUri }) {
      const args = { ...argumentsOf(request), webhookUri };
      const { events, answer } = givenBy(await callDeclared(declared, 'handle', args), declared);
      const found = events.flatMap((event, index) => {
        const { selector, ...rest } = isObject(event) ? event : {};
        // Without one it is for nobody.
        if (typeof selector !== 'string' && typeof selector !== 'number') return [];
        const payload = rest['payload'] === undefined ? rest : event;
        return [{ ...eventOf(payload, request, index, element), selector: String(selector) }];
      });
      return { events: found, ...(answer === undefined ? {} : { answer }) };
    },
  };
}
