import { randomBytes } from 'node:crypto';
import { defaultTenant } from '../core/connection.js';
import type { JsonObject } from '../core/json.js';
import type { Row } from '../core/ports.js';
import { addressDrawer, type WebhookAddress } from './webhook-rows.js';
import type { Engine } from './engine.js';

/** Where an API was told to send to. */
export interface HookPlace {
  /** The last part of the address; absent where it is that of a global webhook. */
  readonly token?: string | undefined;
  readonly uri: string;
  /** What the API gave, without what nobody may see. */
  readonly state?: JsonObject | undefined;
}

/** How an API tells a subscription of events. Times are milliseconds since 1970. */
export interface HookRow extends Partial<HookPlace> {
  /** Where the rest of the state, and the secret of the address, are kept. */
  readonly secrets?: string | undefined;
  /** When it was made, or renewed the last time. */
  readonly since?: number | undefined;
  readonly expiresAt?: number | undefined;
  /** Names what it was made for: the source and the public url. */
  readonly of?: string | undefined;
  /** What the rows of the global webhook's selectors say of it. */
  readonly selector?: string | undefined;
  /** There is no function that registers it: somebody does so by hand. */
  readonly byHand?: boolean | undefined;
  /** Of an address that the API may know already; only what came of telling it is not known. */
  readonly next?: string | undefined;
  /** What it replaces, which the API may still know. */
  readonly old?: HookPlace | undefined;
  readonly pausedAt?: number | undefined;
  /** Tries that failed one after the other, why the last one did, and when the next one is. */
  readonly failures?: number | undefined;
  readonly error?: JsonObject | undefined;
  readonly tryAt?: number | undefined;
}

/** 128 bits that nobody can guess. */
export function newToken(): string {
  return randomBytes(16).toString('base64url');
}

/** Addresses are looked for by their token alone: whose they are stands inside. */
export function addressRow({ id, tenant, subscription }: WebhookAddress, time: number): Row {
  return { id, tenant: defaultTenant, time, parent: subscription, data: { tenant } };
}

export async function findAddress({ ports }: Engine, token: string): Promise<WebhookAddress | undefined> {
  const row = await (await ports.store()).drawer(addressDrawer).get(defaultTenant, token);
  if (row === undefined) return undefined;
  return { id: row.id, tenant: String(row.data['tenant']), subscription: row.parent ?? '' };
}

/** The addresses of a subscription: the one that counts, and any that is left of others. */
export async function addressesOf({ ports }: Engine, subscription: string): Promise<Row[]> {
  const drawer = (await ports.store()).drawer(addressDrawer);
  return drawer.list({ tenant: defaultTenant, parent: subscription });
}

export function hookUri(publicUrl: string, token: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/webhooks/hooks/${token}`;
}

export function globalUri(publicUrl: string, integration: string, key: string): string {
  const parts = [integration, key].map((part) => encodeURIComponent(part)).join('/');
  return `${publicUrl.replace(/\/+$/, '')}/webhooks/global/${parts}`;
}
