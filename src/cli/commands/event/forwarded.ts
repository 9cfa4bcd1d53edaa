import { MembraneError } from '../../../core/error.js';
import type { Forwarded } from '../../../membrane.js';
import { text, type Option, type Options } from '../../command.js';

export const forwardOption: Option = {
  flags: '--forward-to <url>',
  summary: 'post each event to this address, as your app gets it',
};

/** Rejects with `usage/argument` what is no address. */
export function forwardOf(options: Options): string | undefined {
  const given = text(options, 'forwardTo');
  if (given === undefined) return undefined;
  // a port, or a host and a path, is what people have in their heads
  const whole = /^\d+(\/|$)/.test(given) ? `http://localhost:${given}` : given;
  if (URL.canParse(whole) && /^https?:$/.test(new URL(whole).protocol)) return whole;
  throw new MembraneError('usage/argument', `"${given}" is no address to post to`, {
    hint: '--forward-to http://localhost:3000/hook',
  });
}

/** `→ 200 (12 ms)` */
export function forwardedText({ status, ms, error }: Forwarded): string {
  return `→ ${status ?? error ?? ''} (${ms} ms)`;
}

export function isTaken({ status = 0 }: Forwarded): boolean {
  return status >= 200 && status < 300;
}
