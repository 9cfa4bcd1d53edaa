import type { IncomingMessage, ServerResponse } from 'node:http';

export interface CrmOptions {
  port?: number;
  apiKey?: string;
  quirk?: (request: IncomingMessage, response: ServerResponse) => boolean | undefined;
}

export interface Crm {
  readonly url: string;
  readonly apiKey: string;
  /** Every request since the start, in order of arrival. */
  readonly requests: { method: string; path: string; headers: Record<string, string>; body?: unknown }[];
  contacts(): Record<string, unknown>[];
  readonly stop: () => Promise<void>;
}

export function startCrm(options?: CrmOptions): Promise<Crm>;
