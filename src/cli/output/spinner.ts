import type { Ora } from 'ora';

export type Text = string | (() => string);

/** Says that something is under way, once it takes longer than half a second. */
export interface Spinner {
  /** A text that is a function is asked anew every second. */
  during<T>(text: Text, work: Promise<T>): Promise<T>;
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
  let ticker: NodeJS.Timeout | undefined;
  let spinner: Ora | undefined;
  const stop = () => {
    clearTimeout(timer);
    clearInterval(ticker);
    timer = undefined;
    spinner?.stop();
    spinner = undefined;
  };
  const start = async (text: Text, own: NodeJS.Timeout) => {
    const { default: ora } = await import('ora');
    // the work may have ended while ora was loaded
    if (timer !== own) return;
    const now = typeof text === 'string' ? () => text : text;
    const turning = ora({ text: now(), stream, discardStdin: false }).start();
    spinner = turning;
    if (typeof text !== 'string') ticker = setInterval(() => (turning.text = now()), 1000).unref();
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
