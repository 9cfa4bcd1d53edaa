import { MembraneError } from '../../../core/error.js';
import type { Json } from '../../../core/json.js';
import type { Membrane } from '../../../membrane.js';
import { startInBackground } from '../../background.js';
import { flag, text, type Command, type Options } from '../../command.js';
import { dryRunOption } from '../../dry-run.js';
import { showProgress } from '../../flow-progress.js';
import { rehearsalResult, runResult, throwIfInterrupted } from '../../flow-result.js';
import { inputOptions, readInput } from '../../input.js';
import { readLines } from '../../ndjson.js';
import type { Session } from '../../session.js';

export const flowRun: Command = {
  path: 'flow run',
  summary: 'run a flow, and show what its nodes did',
  description:
    'Each input goes its own way through the flow. What a node gave is stored before anything follows from it: a run that is cut off goes on with "membrane flow resume".',
  args: [
    {
      name: 'key',
      summary: 'key of the flow; the only one unless given',
      completes: 'element:flow',
      optional: true,
    },
  ],
  options: [
    {
      flags: '--connection <key>',
      summary: 'whose account; not needed where only one fits',
      completes: 'connections',
    },
    { flags: '--instance <key>', summary: 'which of several instances of its elements is used' },
    ...inputOptions,
    {
      flags: '--inputs <file>',
      summary: 'many inputs: a file with one JSON value a line, or - for standard input',
    },
    { flags: '--trigger <node>', summary: 'the trigger to start at, where there are several' },
    dryRunOption,
    { flags: '--detach', summary: 'let it run in the background, and give its id at once' },
  ],
  examples: [
    'flow run order --input \'{"customer": 1}\'',
    'flow run import-contacts --connection crm --inputs contacts.ndjson',
    'flow run order --dry-run',
    'flow run order --detach',
  ],
  async run(session, [given], options) {
    const membrane = await session.membrane({ cached: true });
    const key = given ?? (await onlyFlow(session, membrane));
    return choosing(session, options, async (chosen) => {
      const inputs = await inputsOf(session, membrane, key, chosen);
      const how = {
        connection: text(chosen, 'connection'),
        instance: text(chosen, 'instance'),
        start: text(chosen, 'trigger'),
        inputs,
        launchedBy: { type: 'user' },
        signal: session.signal,
      };
      if (flag(chosen, 'dryRun')) {
        if (flag(chosen, 'detach')) throw notBoth();
        const graph = await membrane.flows.graph(key);
        const rehearsal = await showProgress(session, graph, () => membrane.flows.dryRun(key, how));
        session.signal.throwIfAborted();
        return rehearsalResult(membrane, key, rehearsal);
      }
      const { id } = await membrane.flows.queue(key, how);
      if (flag(chosen, 'detach')) {
        await startInBackground(session, ['flow', 'resume', id]);
        return {
          data: { id },
          human: () => id,
          note: `it runs in the background: membrane flow-run show ${id}`,
        };
      }
      const graph = await membrane.flows.graph(key);
      const run = await showProgress(session, graph, () =>
        membrane.flows.runs.resume(id, { signal: session.signal }),
      );
      throwIfInterrupted(session, run);
      return runResult(membrane, graph, run);
    });
  },
};

function notBoth(): MembraneError {
  return new MembraneError('usage/argument', '"--dry-run" and "--detach" exclude each other', {
    hint: 'a dry run is there to be looked at',
  });
}

/** The flow that is meant where none is named. */
async function onlyFlow(session: Session, membrane: Membrane): Promise<string> {
  const keys = [...new Set((await membrane.elements.list('flow')).map(({ key }) => key))];
  const [only, second] = keys;
  if (only !== undefined && second === undefined) return only;
  if (only === undefined) {
    throw new MembraneError('element/not-found', 'the project has no flow', {
      hint: 'make one: membrane new flow KEY',
    });
  }
  if (session.prompts !== undefined) {
    return session.prompts.choose(
      'Which flow?',
      keys.map((value) => ({ value, name: value })),
    );
  }
  throw new MembraneError('usage/ambiguous', `there are several flows: ${keys.join(', ')}`, {
    hint: `name one: membrane flow run ${only}`,
  });
}

/** Where several connections or triggers fit, a person at a terminal chooses. */
async function choosing<T>(
  session: Session,
  options: Options,
  run: (chosen: Options) => Promise<T>,
): Promise<T> {
  try {
    return await run(options);
  } catch (error) {
    const { choices, flag: name } = error instanceof MembraneError ? (error.data ?? {}) : {};
    if (!Array.isArray(choices) || typeof name !== 'string' || session.prompts === undefined) throw error;
    const option = name.replace(/^--/, '');
    const keys = choices as string[];
    const value = await session.prompts.choose(
      `Which ${option}?`,
      keys.map((one) => ({ value: one, name: one })),
    );
    return choosing(session, { ...options, [option]: value }, run);
  }
}

async function inputsOf(
  session: Session,
  membrane: Membrane,
  key: string,
  options: Options,
): Promise<AsyncIterable<Json> | Json[]> {
  const file = text(options, 'inputs');
  const starts = await membrane.flows.starts(key);
  const wanted = text(options, 'trigger');
  const start = starts.find((one) => (wanted === undefined ? one.onDemand : one.key === wanted)) ?? starts[0];
  const input = await readInput(session, options, start?.inputSchema);
  if (file === undefined) return [input ?? {}];
  if (input === undefined) return readLines(session, file, '--inputs');
  throw new MembraneError('usage/argument', '"--inputs" and "--input" exclude each other', {
    hint: 'put all inputs into the file',
  });
}
