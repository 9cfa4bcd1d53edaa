import { fillIn } from './config-env.js';
import type { Engine } from './engine.js';
import type { EventRequest } from './event-request.js';

/** A request with its body as it goes over the wire. */
export interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly data: string;
}

/**
 * What the user's app gets, with the headers that prove that it is ours where `app.secret` of membrane.yaml is set. The
 * id of the event is its `webhook-id`. Rejects with `config/variable` and `config/secret`.
 */
export async function signedForYourApp(
  engine: Engine,
  id: string,
  { headers, data }: EventRequest,
): Promise<SignedRequest> {
  const body = JSON.stringify(data);
  const typed = { ...headers, 'content-type': 'application/json' };
  const { secret } = engine.project.config.app;
  if (secret === undefined) return { headers: typed, data: body };
  const { clock, signatures } = engine.ports;
  const filled = fillIn(engine, secret, 'app.secret');
  const proof = (await signatures()).sign(filled.value, { id, time: clock.now(), body });
  return { headers: { ...typed, ...proof }, data: body };
}
