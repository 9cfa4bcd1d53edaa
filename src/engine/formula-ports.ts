import { MembraneError } from '../core/error.js';
import type { FormulaEnv, FormulaPorts } from '../core/formula-env.js';
import { isObject, type JsonPath } from '../core/json.js';
import type { Memory, PortContext } from '../core/kind.js';
import type { JsonSchema } from '../core/schema.js';
import type { Engine } from './engine.js';

/** What all kinds together answer the formulas of one run. */
export function formulaPorts(engine: Engine, context: Omit<PortContext, 'memory' | 'now'>): FormulaPorts {
  const now = () => engine.ports.clock.now();
  const all = engine.kinds.flatMap((kind) =>
    kind.formulaPorts === undefined
      ? []
      : [kind.formulaPorts({ ...context, now, memory: memoryOf(engine, kind.name) })],
  );
  const schemas = all.flatMap(({ dataSchema }) => dataSchema ?? []);
  const dataSchema: FormulaPorts['dataSchema'] = async (request) => {
    for (const ask of schemas) {
      const schema = await ask(request);
      if (schema !== undefined) return schema;
    }
    return undefined;
  };
  return { ...Object.assign({}, ...all), ...(schemas.length === 0 ? {} : { dataSchema }) } as FormulaPorts;
}

/** The ports as formulas see them whose result `becomes` something: a `$lookup` learns what its own field is. */
export function formulaEnv(ports: FormulaPorts, becomes: JsonSchema | undefined): FormulaEnv {
  const { lookup, ...others } = ports;
  if (lookup === undefined) return others;
  return {
    ...others,
    async lookup(request, path) {
      try {
        return await lookup(request, becomes === undefined ? undefined : schemaAt(becomes, path));
      } catch (error) {
        throw error instanceof MembraneError && error.span === undefined ? pointingAt(error, path) : error;
      }
    },
  };
}

/** As errors of formulas say where they stand. */
function pointingAt(error: MembraneError, path: JsonPath): MembraneError {
  return new MembraneError(error.code, error.message, {
    ...error,
    cause: error,
    data: { ...error.data, path },
  });
}

/**
 * The schema of the part at `path` of a value that fits `schema`. What lies inside a formula becomes what the formula
 * becomes: a part of `$firstNotEmpty`, a case, the target of a `$map`; the `item` of an `$iterate` becomes an item.
 */
export function schemaAt(schema: unknown, path: JsonPath): JsonSchema | undefined {
  const [part, ...rest] = path;
  if (part === undefined) return isObject(schema) ? (schema as JsonSchema) : undefined;
  if (!isObject(schema)) return undefined;
  if (part === '$iterate') return schemaAt(schema['items'], rest.slice(1));
  if (typeof part === 'string' && part.startsWith('$'))
    return schemaAt(schema, rest.slice(ownParts(part, rest)));
  const inner = typeof part === 'number' ? itemSchema(schema, part) : propertySchema(schema, part);
  return schemaAt(inner, rest);
}

/** How many parts of a path behind a formula's name belong to its argument, before the value that it may give. */
function ownParts(formula: string, rest: JsonPath): number {
  if (formula === '$case') return rest[0] === 'cases' ? 3 : 1;
  if (formula === '$map') return rest[0] === 'mapping' ? 3 : 1;
  return typeof rest[0] === 'number' ? 1 : 0;
}

function propertySchema(schema: Record<string, unknown>, name: string): unknown {
  const { properties, additionalProperties, allOf } = schema;
  if (isObject(properties) && Object.hasOwn(properties, name)) return properties[name];
  for (const part of Array.isArray(allOf) ? allOf : []) {
    const found = isObject(part) ? propertySchema(part, name) : undefined;
    if (found !== undefined) return found;
  }
  return additionalProperties;
}

function itemSchema({ prefixItems, items }: Record<string, unknown>, index: number): unknown {
  return Array.isArray(prefixItems) && index < prefixItems.length ? prefixItems[index] : items;
}

/** A drawer of the store that holds nothing of other kinds and other tenants. */
function memoryOf({ ports, tenant }: Engine, kind: string): Memory {
  const drawer = async () => (await ports.store()).drawer(`kind/${kind}`);
  return {
    async recall(id) {
      const row = await (await drawer()).get(tenant, id);
      return row === undefined ? undefined : { value: row.data, time: row.time };
    },
    async remember(id, value) {
      await (await drawer()).put({ id, tenant, time: ports.clock.now(), data: value });
    },
  };
}
