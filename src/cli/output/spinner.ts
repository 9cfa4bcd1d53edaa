import type { Ora } from 'ora';

/** Says that something is under way, once it takes longer than half a second. */
export interface Spinner {
  during<T>(text: string, work: Promise<T>): Promise<T>;
  /** Prints something else, which the spinner must not run into. */
  aside(print: () => void): void;
  stop(): void;
}

/** Where nobody looks, nothing turns. */
export const noSpinner: Spinner = {
  during: (_text, work) => work,
  aside: (print) => print(),
  stop: () => undefined,
};

export function openSpinner(stream: NodeJS.WriteStream): Spinner {
  let timer: NodeJS.Timeout | undefined;
  let spinner: Ora | undefined;
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
    spinner?.stop();
    spinner = undefined;
  };
  const start = async (text: string, own: NodeJS.Timeout) => {
    const { default: ora } = await import('ora');
    // the work may have ended while ora was loaded
    if (timer === own) spinner = ora({ text, stream, discardStdin: false }).start();
  };
  return {
    during(text, work) {
      stop();
      const own: NodeJS.Timeout = setTimeout(() => void start(text, own), 500).unref();
      timer = own;
      return work.finally(stop);
    },
    aside(print) {
      spinner?.clear();
      print();
      spinner?.render();
    },
    stop,
  };
}
