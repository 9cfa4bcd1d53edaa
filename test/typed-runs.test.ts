import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isObject, valueAt } from '../src/core/json.js';
import { parseLocator } from '../src/core/locator.js';
import type { JsonSchema } from '../src/core/schema.js';
import { kinds } from '../src/elements/index.js';
import { evaluateFormula } from '../src/formulas/compile.js';
import type { LoadedProject } from '../src/project/project.js';
import { worldOf } from '../src/project/type-world.js';
import { validateProject } from '../src/project/validate.js';
import { repository } from './support/cli.js';
import { testProject } from './support/project.js';
import { open } from './unit/project/look.js';

/*
 * A project that validates never reads what is not there. Inputs are made from the types of the variables, with every
 * property that a type names; then the mappings run, and whatever they read of what is known must have been there.
 */

it('the example reads nothing that its types do not name', async () => {
  const { root } = await testProject({}, { copy: path.join(repository, 'examples/crm') });
  const { places, missing } = await runAll(open(root));
  expect(missing).toEqual([]);
  expect(places).toBeGreaterThan(20);
});

it('nor does any template', async () => {
  const { root, write } = await testProject({ 'membrane.yaml': '' });
  const templates = path.join(repository, 'templates/new');
  for (const kind of kinds) {
    const folder = kind.owner === undefined ? kind.folder : `connectors/thing/${kind.folder}`;
    const from = path.join(templates, kind.name);
    for (const file of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
      if (!/\.ya?ml$/.test(file)) continue;
      const text = readFileSync(path.join(from, file), 'utf8');
      await write(
        `${folder}/thing/${file}`,
        text.replaceAll('{{key}}', 'thing').replaceAll('{{name}}', 'Thing'),
      );
    }
  }
  const { places, missing } = await runAll(open(root));
  expect(missing).toEqual([]);
  expect(places).toBeGreaterThan(15);
});

it('nor does any fixture that is valid', async () => {
  const { root } = await testProject({});
  const fixtures = path.join(repository, 'test/fixtures/kinds');
  cpSync(path.join(fixtures, '_project'), root, { recursive: true });
  writeFileSync(path.join(root, 'membrane.yaml'), '');
  for (const kind of kinds.filter(({ name }) => !['connector', 'integration'].includes(name))) {
    const folder = path.join(root, kind.owner === undefined ? kind.folder : `connectors/app/${kind.folder}`);
    mkdirSync(folder, { recursive: true });
    const from = path.join(fixtures, kind.name, 'valid');
    for (const name of readdirSync(from)) {
      if (!existsSync(path.join(folder, name)))
        cpSync(path.join(from, name), path.join(folder, name), { recursive: true });
    }
  }
  const { places, missing } = await runAll(open(root));
  expect(missing).toEqual([]);
  expect(places).toBeGreaterThan(100);
});

it('the check sees what is missing: it finds it in what does not validate', async () => {
  const { root } = await testProject({
    'membrane.yaml': '',
    'actions/a.yaml':
      'type: run-javascript\ninputSchema: {type: object, properties: {email: {type: string}}}\nconfig: {code: x, input: {$var: $.input.emial}}\n',
  });
  const project = open(root);
  expect((await validateProject(project, [])).diagnostics.map(({ code }) => code)).toEqual([
    'type/unknown-property',
  ]);
  expect((await readsOf(project)).missing).toEqual(['action/a config.input: emial']);
});

async function runAll(project: LoadedProject) {
  const { diagnostics } = await validateProject(project, []);
  const wrong = diagnostics.filter(({ severity, code }) => severity === 'error' || code.startsWith('type/'));
  expect(wrong.map(({ message, span }) => `${span.file}:${span.line} ${message}`)).toEqual([]);
  return readsOf(project);
}

/** Evaluates every typed place over values of its variables; `missing` are reads of what the types do not name. */
async function readsOf(project: LoadedProject): Promise<{ places: number; missing: string[] }> {
  const missing = new Set<string>();
  let places = 0;
  for (const kind of kinds) {
    for (const { ref } of project.list(kind.name)) {
      const element = project.resolve(kind.name, ref.key, ref);
      if (element === undefined) continue;
      const world = worldOf(project, element);
      for (const { at, variables } of kind.types?.(element.value, world) ?? []) {
        const value = valueAt(element.value, at);
        if (value === undefined) continue;
        places += 1;
        const names = namesIn(value);
        for (const seed of [1, 2, 3]) {
          const [made] = fc.sample(valuesOf(variables ?? true, world.dataSchema), { numRuns: 1, seed });
          const seen = recording(made, names, (name) =>
            missing.add(`${kind.name}/${ref.key} ${at.join('.')}: ${name}`),
          );
          await evaluateFormula(value, seen).catch((error: unknown) => {
            // a port is not there, or a value of which nothing is known was no text
            const { code } = error as { code?: string };
            if (code !== 'formula/port' && code !== 'formula/shape') throw error;
          });
        }
      }
    }
  }
  return { places, missing: [...missing] };
}

/** The names that locators in a value ask for: other reads are those of formulas themselves. */
function namesIn(value: unknown): Set<string> {
  const names = new Set<string>();
  const visit = (part: unknown) => {
    if (typeof part !== 'object' || part === null) return;
    if (isObject(part) && typeof part['$var'] === 'string') {
      for (const step of parseLocator(part['$var'])) if (typeof step === 'string') names.add(step);
    }
    Object.values(part).forEach(visit);
  };
  visit(value);
  return names;
}

const anything = Symbol('anything');
/** Marks an object that may have more than what is known of it. */
const hasMore = Symbol('has more');

/** The same value, which tells of each property that is asked for and is not there. Unknown values have them all. */
function recording(value: unknown, names: ReadonlySet<string>, tell: (name: string) => void): unknown {
  if (value === anything) return unlimited();
  if (typeof value !== 'object' || value === null) return value;
  const wrapped: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {};
  for (const [key, part] of Object.entries(value))
    Object.assign(wrapped, { [key]: recording(part, names, tell) });
  return new Proxy(wrapped, {
    get(target, name) {
      if (typeof name === 'string' && names.has(name) && !(name in target) && !(hasMore in value)) tell(name);
      return Reflect.get(target, name) as unknown;
    },
  });
}

/** A value of which nothing is known: whatever is asked for is there, to some depth, and it can be a list. */
function unlimited(depth = 6): unknown {
  if (depth === 0) return 'a';
  return new Proxy([], {
    get(target, name) {
      if (name === 'length') return 1;
      if (typeof name === 'symbol' || name in Object.prototype || name in Array.prototype || name === 'then')
        return Reflect.get(target, name) as unknown;
      return unlimited(depth - 1);
    },
  });
}

/** Values of a type with every property that it names, and lists with some items. */
function valuesOf(
  type: JsonSchema,
  resolve: (key: string) => JsonSchema | undefined,
  depth = 0,
): fc.Arbitrary<unknown> {
  if (typeof type === 'boolean' || depth > 8) return fc.constant(anything);
  const inner = (part: unknown) => valuesOf((part ?? true) as JsonSchema, resolve, depth + 1);
  const { $ref, anyOf, properties, items } = type;
  if (typeof $ref === 'string') return inner(resolve($ref));
  if (Array.isArray(anyOf)) return fc.oneof(...anyOf.map(inner));
  if (Array.isArray(type['enum'])) return fc.constantFrom(...(type['enum'] as unknown[]));
  if (isObject(properties)) {
    const known = fc.record(
      Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, inner(part)])),
    );
    const more = type['additionalProperties'] ?? false;
    return more === false ? known : known.map((value) => ({ ...value, [hasMore]: true }));
  }
  switch (Array.isArray(type['type']) ? type['type'][0] : type['type']) {
    case 'array':
      return fc.array(inner(items), { minLength: 1, maxLength: 3 });
    case 'string':
      return fc.constantFrom('a', 'Ada Byron', 'ada@example.com', '');
    case 'number':
    case 'integer':
      return fc.integer();
    case 'boolean':
      return fc.boolean();
    default:
      return fc.constant(anything);
  }
}
