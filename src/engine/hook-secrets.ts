import { isObject, type JsonObject } from '../core/json.js';
import { MembraneError } from '../core/error.js';
import type { SecretAddress, Secrets } from '../core/ports.js';
import { createRedactor, secretStrings } from '../core/redact.js';
import { findConnection } from './connections.js';
import type { Engine } from './engine.js';
import type { HookRow } from './hook-rows.js';
import type { Subscription } from './subscription-rows.js';

/** What nobody may see of one address. */
export interface HookSecret {
  /** Ours, for the API to sign with. */
  readonly secret?: string;
  /** Part of the state that the API gave. */
  readonly state?: JsonObject;
}

/** The addresses of a subscription by token: a new one is there beside the old one for a while. */
export type HookSecrets = Readonly<Record<string, HookSecret>>;

type Owner = Pick<Subscription, 'id' | 'tenant' | 'connectionId'>;

export async function readHookSecrets(
  engine: Engine,
  owner: Owner,
  hook: HookRow | undefined,
): Promise<HookSecrets> {
  if (hook?.secrets === undefined) return {};
  const store = await engine.ports.secrets(hook.secrets as Secrets['name']);
  return ((await store.read(addressOf(owner))) ?? {}) as unknown as HookSecrets;
}

/**
 * Stores what is secret of the addresses. Gives the name of the store. Rejects with `secrets/read-only` where the
 * project has none that can be written.
 */
export async function writeHookSecrets(engine: Engine, owner: Owner, secrets: HookSecrets): Promise<string> {
  const connection = await findConnection(engine, owner.connectionId ?? '');
  const name = connection.secrets === 'env' ? engine.secrets : connection.secrets;
  if (name === 'env') {
    throw new MembraneError(
      'secrets/read-only',
      `the secret of a webhook of "${connection.key}" cannot be kept: secrets come from variables`,
      { hint: 'choose a secret store that can be written: "secrets: file" in membrane.yaml' },
    );
  }
  const store = await engine.ports.secrets(name as Secrets['name']);
  await store.write(addressOf(owner), JSON.parse(JSON.stringify(secrets)) as JsonObject);
  return name;
}

/** What cannot be removed is only left behind: nobody needs it. */
export async function removeHookSecrets(
  engine: Engine,
  owner: Owner,
  hook: HookRow | undefined,
): Promise<void> {
  if (hook?.secrets === undefined) return;
  try {
    await (await engine.ports.secrets(hook.secrets as Secrets['name'])).remove(addressOf(owner));
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    engine.emit({ type: 'warning', message: `the secret of a webhook was not removed: ${error.message}` });
  }
}

/** What went wrong, without what is secret of a webhook: APIs like to repeat what they were sent. */
export async function withoutHookSecrets<T>(
  engine: Engine,
  owner: Owner,
  hook: HookRow | undefined,
  value: T,
): Promise<T> {
  let secrets: HookSecrets = {};
  try {
    secrets = await readHookSecrets(engine, owner, hook);
  } catch (error) {
    // Who cannot read them could not send them either.
    if (!(error instanceof MembraneError)) throw error;
  }
  return createRedactor(secretStrings(secrets)).redactValue(value);
}

/** The state as functions get it. */
export function wholeState(shown: JsonObject = {}, hidden: JsonObject = {}): JsonObject {
  const whole: JsonObject = { ...shown };
  for (const [name, value] of Object.entries(hidden)) {
    const beside = whole[name];
    whole[name] = isObject(value) && isObject(beside) ? wholeState(beside, value) : value;
  }
  return whole;
}

function addressOf({ id, tenant, connectionId = '' }: Owner): SecretAddress {
  return { tenant, connection: connectionId, part: `hook-${id}` };
}
