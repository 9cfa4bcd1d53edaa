import type { Row } from '../core/ports.js';

/** Gathers rows, and writes those that come at the same time together: a transaction costs more than what is in it. */
export interface Batch {
  /**
   * Resolves when the row is written; the same promise for all that are written together. `alone`: nobody else is about
   * to add a row, and nothing is gained by waiting.
   */
  add(row: Row, alone?: boolean): Promise<void>;
  /** Resolves when nothing is under way any more; never rejects. */
  settle(): Promise<void>;
  /** Something could not be written: what is known is more than what is stored. */
  isBroken(): boolean;
}

export function openBatch(
  write: (rows: readonly Row[]) => Promise<void>,
  onBroken: (error: unknown) => void,
): Batch {
  let rows: Row[] = [];
  let due: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();
  let broken: { readonly error: unknown } | undefined;

  async function writeNext(before: Promise<void>, alone: boolean): Promise<void> {
    // Until now everybody can join who comes to an end in this turn.
    if (!alone) await new Promise((resolve) => void setImmediate(resolve));
    await before.catch(() => undefined);
    const taken = rows;
    [rows, due] = [[], undefined];
    if (broken !== undefined) throw broken.error;
    try {
      await write(taken);
    } catch (error) {
      broken ??= { error };
      onBroken(error);
      throw error;
    }
  }

  return {
    add(row, alone = false) {
      rows.push(row);
      if (due !== undefined) return due;
      due = writeNext(last, alone);
      last = due;
      due.catch(() => undefined); // who added a row hears of it
      return due;
    },
    async settle() {
      await last.catch(() => undefined);
    },
    isBroken: () => broken !== undefined,
  };
}
