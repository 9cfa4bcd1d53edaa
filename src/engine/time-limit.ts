import { MembraneError } from '../core/error.js';
import type { Engine } from './engine.js';

/** A run with an end: by its limit, or by its caller. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** The result of the work, unless the end comes first. */
  race<T>(work: Promise<T> | undefined): Promise<T | undefined>;
  end(): void;
}

/** Ends a run that takes longer than its limit (milliseconds; that of actions by default), or that the caller ends. */
export function timeLimit(
  engine: Engine,
  ref: string,
  outer: AbortSignal | undefined,
  limit: number = engine.project.config.limits.actionMs,
): TimeLimit {
  const controller = new AbortController();
  const stop = () => controller.abort(outer?.reason);
  outer?.addEventListener('abort', stop, { once: true });
  if (outer?.aborted === true) stop();
  const done = new AbortController();
  const timeout = engine.ports.clock.sleep(limit, done.signal).then(
    () => {
      const hint = 'raise "limits.actionSeconds" in membrane.yaml, or let it do less';
      controller.abort(
        new MembraneError('run/timeout', `${ref} ran for more than ${limit / 1000} s`, {
          hint,
          class: 'internal',
        }),
      );
    },
    () => undefined,
  );
  void timeout;
  return {
    signal: controller.signal,
    race: async <T>(work: Promise<T> | undefined): Promise<T | undefined> => {
      const ended = new Promise<never>((_, reject) => {
        const fail = () => reject(controller.signal.reason as Error);
        if (controller.signal.aborted) fail();
        controller.signal.addEventListener('abort', fail, { once: true });
      });
      ended.catch(() => undefined); // handled by the race; without one, nobody waits for it
      return Promise.race([work, ended]);
    },
    end: () => {
      outer?.removeEventListener('abort', stop);
      done.abort('the run has ended'); // a reason of our own: node makes an error with a stack otherwise
    },
  };
}
