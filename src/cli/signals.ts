import { MembraneError } from '../core/error.js';

export interface Interrupt {
  readonly signal: AbortSignal;
  /** The exit code of the signal that came; undefined without one. */
  exit(): number | undefined;
  end(): void;
}

/** Ctrl-C and SIGTERM end what runs, cleanly; the same signal again ends the process at once. */
export function listenForSignals(): Interrupt {
  const controller = new AbortController();
  let exit: number | undefined;
  const on = (signal: 'SIGINT' | 'SIGTERM', code: number) => {
    const listener = () => {
      exit = code;
      controller.abort(new MembraneError('run/failed', 'stopped'));
      process.removeListener(signal, listener);
    };
    process.on(signal, listener);
    return () => process.removeListener(signal, listener);
  };
  const ends = [on('SIGINT', 130), on('SIGTERM', 143)];
  return { signal: controller.signal, exit: () => exit, end: () => ends.forEach((end) => end()) };
}
