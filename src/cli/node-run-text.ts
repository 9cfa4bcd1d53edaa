import type { LogEntry, NodeRunFacts } from '../membrane.js';
import { renderFacts } from './output/facts.js';
import type { Style } from './output/style.js';

/** A node run as people read it. `input`: what it got; `requests`: entries of the log, oldest first. */
export function nodeRunText(
  { id, node, state, time, ms, output, error, facts }: NodeRunFacts,
  { input, requests }: { readonly input: unknown; readonly requests: readonly LogEntry[] },
  style: Pick<Style, 'color'>,
): string {
  const { follow: _, handled, ...more } = facts;
  const shown = {
    'node run': id,
    node,
    state: handled === true ? `${state} (and taken care of)` : state,
    time,
    ms,
    input,
    output,
    error,
    requests: requests.length === 0 ? undefined : requests.map(requestLine).join('\n'),
    ...more,
  };
  return renderFacts(shown, style);
}

/** `GET https://api.example/me 200 (12 ms)` */
function requestLine({ about, data }: LogEntry): string {
  return typeof data['ms'] === 'number' ? `${about} (${data['ms']} ms)` : about;
}
