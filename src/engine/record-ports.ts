import type { RunContext } from '../core/kind.js';
import { pageGuard } from '../core/page-guard.js';
import type { JsonSchema } from '../core/schema.js';
import { writtenSchema } from '../core/written-schema.js';
import type { Engine } from './engine.js';

/** What reading and writing records takes of the engine, beside the elements. */
export function recordPorts(engine: Engine): Pick<RunContext, 'validator' | 'pageGuard'> {
  const { ports, project } = engine;
  const { listPages: pages, listMs: ms } = project.config.limits;
  return {
    validator: (schema) => ports.schemas.compile(schema, { defaults: true, resolve: dataSchemaOf(engine) }),
    pageGuard: () =>
      pageGuard({
        limits: { pages, ms },
        now: () => ports.clock.now(),
        mark: 'cursor',
        hint: 'look at the "cursor" that "list" of the collection gives: is it absent at the end? "limits" of membrane.yaml sets how many pages and how long',
      }),
  };
}

function dataSchemaOf({ project }: Engine): (name: string) => JsonSchema | undefined {
  return (name) => {
    const key = name.startsWith('schemas/') ? name.slice('schemas/'.length) : name;
    return writtenSchema(project.resolve('data-schema', key)?.value);
  };
}
