import { MembraneError } from '../core/error.js';

export interface Interrupt {
  readonly signal: AbortSignal;
  /** The exit code of the signal that came; undefined without one. */
  exit(): number | undefined;
  end(): void;
}

/** Ctrl-C and SIGTERM end what runs, cleanly; the next one ends the process at once. */
export function listenForSignals(): Interrupt {
  const controller = new AbortController();
  let exit: number | undefined;
  const on = (signal: 'SIGINT' | 'SIGTERM', code: number) => {
    const listener = () => {
      if (exit !== undefined) {
        process.removeListener(signal, listener);
        return void process.kill(process.pid, signal);
      }
      // The listener stays meanwhile: proper-lockfile ends the process on a signal that nobody else listens to.
      exit = code;
      controller.abort(new MembraneError('run/failed', 'stopped'));
    };
    process.on(signal, listener);
    return () => process.removeListener(signal, listener);
  };
  const ends = [on('SIGINT', 130), on('SIGTERM', 143)];
  return { signal: controller.signal, exit: () => exit, end: () => ends.forEach((end) => end()) };
}
