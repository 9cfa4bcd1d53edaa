import type { FlowFacts } from '../membrane.js';

type Idle = NonNullable<FlowFacts['idle']>;

/** Why nothing starts a flow by itself, and what to do about it. */
export function idleBecause(idle: Idle, key: string): string {
  return {
    deactivated: 'its file says "isDeactivated: true"',
    disabled: 'its file says "enabled: false"',
    'by hand': `none of its triggers waits for anything; run it: membrane flow run ${key}`,
  }[idle];
}

/** In place of those whom a flow is on for. */
export function idleInShort(idle: Idle): string {
  return { deactivated: 'nobody', disabled: 'nobody (enabled: false)', 'by hand': 'by hand' }[idle];
}
