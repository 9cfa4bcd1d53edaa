import type { Json } from '../core/json.js';
import { asJson } from '../core/json-size.js';
import type { Drawer, Row } from '../core/ports.js';
import type { Engine } from './engine.js';
import type { StoredRun } from './flow-run-rows.js';

/** So many inputs are one row: a row for each would cost more than what is in it. */
const inRow = 100;
/** So many rows are kept in memory: inputs are taken nearly in order. */
const inMemory = 8;

/** Inputs that take no more bytes than this stand in the row of their run. */
const fewBytes = 4096;

/**
 * Stores the inputs of a run as they come; gives how many there were. Few and short ones are given back, to be stored
 * with the run.
 */
export async function storeInputs(
  engine: Engine,
  run: string,
  inputs: AsyncIterable<unknown> | Iterable<unknown>,
): Promise<{ readonly count: number; readonly few: readonly Json[] | undefined }> {
  const drawer = await inputDrawer(engine);
  let waiting: Json[] = [];
  let [count, bytes] = [0, 0];
  const store = async (): Promise<void> => {
    await drawer.put(rowOf(engine, run, Math.floor((count - 1) / inRow), waiting));
    waiting = [];
  };
  try {
    for await (const input of inputs) {
      const { json, bytes: more } = asJson(input);
      waiting.push(json);
      count += 1;
      bytes += more;
      if (waiting.length === inRow) await store();
    }
  } catch (error) {
    // One of them is wrong: no run comes to be that the others could belong to.
    await forgetInputs(engine, { id: run, inputs: count, few: undefined });
    throw error;
  }
  if (count < inRow && bytes <= fewBytes) return { count, few: waiting };
  if (waiting.length > 0) await store();
  return { count, few: undefined };
}

/** The inputs of a run by their numbers, read as they are asked for. */
export function readInputs(
  engine: Engine,
  { id: run, few }: Pick<StoredRun, 'id' | 'few'>,
): (index: number) => Promise<Json | undefined> {
  if (few !== undefined) return async (index) => few[index];
  const rows = new Map<number, Promise<readonly Json[]>>();
  const read = async (number: number): Promise<readonly Json[]> => {
    const row = await (await inputDrawer(engine)).get(engine.tenant, idOf(run, number));
    return (row?.data['inputs'] ?? []) as Json[];
  };
  return async (index) => {
    const number = Math.floor(index / inRow);
    let row = rows.get(number);
    if (row === undefined) {
      rows.set(number, (row = read(number)));
      const [oldest] = rows.keys();
      if (rows.size > inMemory && oldest !== undefined) rows.delete(oldest);
    }
    return (await row)[index % inRow];
  };
}

export async function* allInputs(engine: Engine, run: StoredRun): AsyncGenerator<unknown> {
  const input = readInputs(engine, run);
  for (let index = 0; index < run.inputs; index += 1) yield await input(index);
}

export async function forgetInputs(
  engine: Engine,
  { id, inputs, few }: Pick<StoredRun, 'id' | 'inputs' | 'few'>,
): Promise<void> {
  if (few !== undefined) return;
  const numbers = Array.from({ length: Math.ceil(inputs / inRow) }, (_, number) => idOf(id, number));
  await (await inputDrawer(engine)).remove(engine.tenant, numbers);
}

async function inputDrawer({ ports }: Engine): Promise<Drawer> {
  return (await ports.store()).drawer('flow-input');
}

function rowOf({ tenant, ports }: Engine, run: string, number: number, inputs: Json[]): Row {
  return { id: idOf(run, number), tenant, time: ports.clock.now(), parent: run, data: { inputs } };
}

function idOf(run: string, number: number): string {
  return `${run}/${number}`;
}
