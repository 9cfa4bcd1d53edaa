import { createHash } from 'node:crypto';
import type { FoundEvent } from '../core/subscription.js';

/** The id of an event: the same whenever the same thing is found again, also by another process. */
export function eventId(subscription: string, { type, record, version, generation }: FoundEvent): string {
  const parts = [subscription, type, record, version, ...(generation === 0 ? [] : [generation])];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** A short name for JSON; the order of keys does not matter. */
export function digest(value: unknown): string {
  return createHash('sha1').update(canonical(value)).digest('base64url').slice(0, 16);
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const object = value as Record<string, unknown>;
  let text = '{';
  for (const key of Object.keys(object).sort()) {
    if (object[key] !== undefined)
      text += `${text.length === 1 ? '' : ','}${JSON.stringify(key)}:${canonical(object[key])}`;
  }
  return `${text}}`;
}
