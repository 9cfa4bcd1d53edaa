import { MembraneError } from '../core/error.js';
import { didYouMean } from '../core/nearest.js';
import type { ResolvedElement } from '../core/project.js';
import { formatRef } from '../core/ref.js';
import type { Engine } from './engine.js';
import type { FlowGround } from './flow-ground.js';
import { requireFit } from './input.js';
import { outputWarnings } from './run.js';
import { requireSound } from './sound.js';
import { worldOn, type Gathered, type Ground, type Runnable, type WorldOptions } from './world.js';

/** Another element, as part of a node run: its requests and warnings are those of the node run. */
export async function runOther(
  { engine, runnable, others }: FlowGround,
  kindName: string,
  key: string,
  given: unknown,
  gathered: Gathered,
  options: WorldOptions,
): Promise<unknown> {
  const kind = engine.kinds.find(({ name }) => name === kindName);
  const element = findOther(engine, runnable, others, kindName, key);
  if (kind?.run === undefined || element === undefined) {
    const keys = engine.project.list(kindName).map(({ ref }) => ref.key);
    throw new MembraneError('element/not-found', `no ${kindName} "${key}"`, {
      hint: didYouMean(key, keys) ?? `see them with "membrane ${kindName} list"`,
    });
  }
  if (element.layers.length > 0) await requireSound(engine, element);
  const schema = kind.inputSchema?.(element.value);
  const hint = `see what it takes: membrane ${kindName} show ${key}`;
  const world = (input: unknown) =>
    worldOn(engine, others, { ...runnable, element, input }, gathered, options);
  const what = { code: 'input/invalid', name: `the input of ${formatRef(element.ref)}`, hint } as const;
  const ports = async () => world(given).ports;
  const input = schema === undefined ? given : await requireFit(engine, schema, given, { ...what, ports });
  const running = world(input);
  const output = await kind.run(running.context, element.value);
  gathered.warnings.push(...(await outputWarnings(engine, kind, element, output, running.ports)));
  return output;
}

function findOther(
  { project, tenant }: Engine,
  { connection, customised, instance }: Omit<Runnable, 'input'>,
  { account }: Ground,
  kind: string,
  key: string,
): ResolvedElement | undefined {
  const integration = account?.integration.key;
  return project.resolve(kind, key, {
    tenant,
    connection: connection?.key,
    integration,
    instance,
    customised,
  });
}
