import type { Engine } from './engine.js';
import type { OpenWebhook, WebhookTarget } from './webhook-open.js';

export interface TargetOptions {
  /** The engine as it is now: its project changes while files are edited. */
  readonly engine: () => Engine;
  /** What stands behind an address; undefined where there is nothing. */
  readonly open: (engine: Engine, to: WebhookTarget, signal: AbortSignal) => Promise<OpenWebhook | undefined>;
  /** Serve every tenant; otherwise that of the engine. */
  readonly allTenants?: boolean | undefined;
  readonly signal: AbortSignal;
}

/** What stands behind addresses, resolved once for all requests of some seconds. */
export interface OpenTargets {
  /** Undefined where there is nothing, or nothing that is served here. */
  open(to: WebhookTarget): Promise<OpenWebhook | undefined>;
  forget(): void;
}

/** Other processes may change a subscription or a secret: so long nobody here hears of it. */
const freshMs = 5_000;
const most = 10_000;

export function openTargets({ engine, open, allTenants = false, signal }: TargetOptions): OpenTargets {
  const known = new Map<string, { readonly at: number; readonly opened: Promise<OpenWebhook | undefined> }>();
  return {
    async open(to) {
      const { ports, tenant } = engine();
      const name = JSON.stringify(to);
      const now = ports.clock.now();
      const before = known.get(name);
      // one from the future comes from before the clock was set back, and would be fresh for as long
      if (before !== undefined && Math.abs(now - before.at) < freshMs) return before.opened;
      const opened = open(engine(), to, signal).then((one) =>
        // a global webhook is of all tenants
        one === undefined || allTenants || to.kind === 'global' || one.tenant === tenant ? one : undefined,
      );
      if (known.size >= most) known.clear();
      known.set(name, { at: now, opened });
      // What failed, or is not there yet, is looked for again by the next request.
      const forget = (): void => {
        if (known.get(name)?.opened === opened) known.delete(name);
      };
      opened.then((one) => (one === undefined ? forget() : undefined), forget);
      return opened;
    },
    forget: () => known.clear(),
  };
}
