import type { RunName, StepAddress, StepResult, StoredStep } from '../core/durability.js';
import type { Json, JsonObject } from '../core/json.js';
import { asJson } from '../core/json-size.js';
import type { Drawer, Row } from '../core/ports.js';
import type { Outputs } from './durability-outputs.js';

/** A step as it stands in the store. `running`: it must not be done twice, and did not end yet. */
export interface FoundStep extends StoredStep {
  readonly running: boolean;
}

/** Longer outputs, in bytes, lie in a file beside the database. */
const longest = 256 * 1024;

const pageSize = 500;

/**
 * The rows of the steps of a run. A row's parent is the step, or the run, that it is a part of. Its state stands in
 * the row only where it is not `completed`: so the index of states holds what somebody looks for.
 */
export function stepRows({ tenant, id: run }: RunName, drawer: Drawer, outputs: Outputs, now: () => number) {
  const rowId = (step: string): string => `${run}/${step}`;
  const parentId = (within: string): string => (within === '' ? run : rowId(within));

  async function read(row: Row): Promise<FoundStep> {
    const { group, facts, output, file, parts } = row.data as unknown as Kept;
    const running = row.state === 'running';
    const state = running || row.state === undefined ? 'completed' : (row.state as StepResult['state']);
    const whole = file === undefined ? output : await outputs.read(run, file);
    const own = { id: row.id.slice(run.length + 1), group, time: row.time, hasParts: parts === true };
    const step = { ...own, state, facts: facts ?? {}, running };
    return whole === undefined ? step : { ...step, output: whole };
  }

  return {
    /** A step that has begun what must not be done twice. */
    begun: ({ id, within, group }: Address): Row => ({
      id: rowId(id),
      tenant,
      time: now(),
      state: 'running',
      parent: parentId(within),
      data: { group },
    }),
    async ended({ id, within, group }: Address, result: StepResult, hasParts: boolean): Promise<Row> {
      const { state, output, facts } = result;
      const data: JsonObject = Object.keys(facts).length === 0 ? { group } : { group, facts };
      if (hasParts) data['parts'] = true;
      const isLong = output !== undefined && asJson(output).bytes > longest;
      if (isLong) data['file'] = await outputs.write(run, id, output);
      else if (output !== undefined) data['output'] = output;
      const own = { id: rowId(id), tenant, time: now(), parent: parentId(within), data };
      return state === 'completed' ? own : { ...own, state };
    },
    async find(id: string): Promise<FoundStep | undefined> {
      const row = await drawer.get(tenant, rowId(id));
      return row === undefined ? undefined : read(row);
    },
    async *within(id: string): AsyncGenerator<FoundStep> {
      const query = { tenant, parent: parentId(id), order: 'oldest', limit: pageSize } as const;
      let after: string | undefined;
      for (;;) {
        const rows = await drawer.list(after === undefined ? query : { ...query, after });
        for (const row of rows) yield await read(row);
        after = rows.at(-1)?.id;
        if (rows.length < pageSize || after === undefined) return;
      }
    },
    /** Removes the rows of all steps: those of the run itself, and those within the steps `open`. */
    async forget(open: readonly string[]): Promise<void> {
      const parents = [run, ...open.map(rowId)];
      for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
        for (;;) {
          const rows = await drawer.list({ tenant, parent, limit: pageSize });
          if (rows.length === 0) break;
          parents.push(...rows.filter((row) => row.data['parts'] === true).map((row) => row.id));
          await drawer.remove(
            tenant,
            rows.map((row) => row.id),
          );
        }
      }
    },
    progressRow: (data: JsonObject): Row => ({ id: run, tenant, time: now(), data }),
    progress: async (): Promise<JsonObject | undefined> => (await drawer.get(tenant, run))?.data,
  };
}

export type StepRows = ReturnType<typeof stepRows>;

type Address = Pick<StepAddress, 'id' | 'within' | 'group'>;

interface Kept {
  readonly group: string;
  readonly facts?: JsonObject;
  readonly output?: Json;
  readonly file?: string;
  readonly parts?: boolean;
}
