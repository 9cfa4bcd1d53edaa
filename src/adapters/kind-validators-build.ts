import standalone from 'ajv/dist/standalone/index.js';
import { isObject, type JsonObject, type JsonPath } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';
import { newAjv } from './schemas-compile.js';
import { flatten } from './schemas-flatten.js';
import { link } from './schemas-link.js';
import { eachSubSchema } from './schemas-positions.js';

/**
 * The text of an ES module that takes the place of `kind-validators.ts` in the packaged program: the same exports,
 * with a generated test for each kind. It imports a few small files of ajv and ajv-formats, which the bundler takes
 * in; ajv itself is not among them. A kind whose schema cannot be generated is left out, and is read instead.
 */
export function generateKindValidators(kinds: readonly { name: string; schema: JsonSchema }[]): string {
  const names: [name: string, identifier: string][] = [];
  const defs: JsonObject = {};
  for (const [index, { name, schema }] of kinds.entries()) {
    const identifier = `kind${index}`;
    const flat = flatten(link(schema).root, `${identifier}_`);
    if (!isObject(flat)) continue;
    const { $defs = {}, ...own } = flat;
    Object.assign(defs, { [identifier]: own }, $defs);
    names.push([name, identifier]);
  }
  const ajv = newAjv({ code: { source: true, esm: true, lines: true } });
  ajv.addSchema({ $defs: shareRepeats(defs) }, 'kinds');
  const exported = names.map(([, identifier]) => [identifier, `kinds#/$defs/${identifier}`]);
  const code = standalone.default(ajv, Object.fromEntries(exported));
  const entries = names.map(([name, identifier]) => `  ${JSON.stringify(name)}: ${identifier},\n`);
  return `${importsFor(code)}\nexport const kindValidators = {\n${entries.join('')}};\n`;
}

/** Shorter schemas are cheaper to repeat than to call. */
const worthSharing = 150;

/** The same schemas with what stands in them several times standing once, beside them: a fraction of the code. */
function shareRepeats(defs: JsonObject): JsonObject {
  const seen = new Map<string, number>();
  const count = (inner: JsonSchema) => {
    if (typeof inner === 'boolean') return;
    const text = JSON.stringify(inner);
    seen.set(text, (seen.get(text) ?? 0) + 1);
    eachSubSchema(inner, count);
  };
  eachSubSchema({ $defs: defs }, count);

  const names = new Map<string, string>();
  const shared: JsonObject = {};
  const share = (inner: JsonSchema): JsonSchema => {
    if (typeof inner === 'boolean') return inner;
    const text = JSON.stringify(inner);
    if (text.length < worthSharing || (seen.get(text) ?? 0) < 2) return mapped(inner);
    let name = names.get(text);
    if (name === undefined) {
      name = `shared${names.size}`;
      names.set(text, name);
      shared[name] = mapped(inner);
    }
    return { $ref: `#/$defs/${name}` };
  };
  const mapped = (outer: JsonObject): JsonObject => {
    const copy = structuredClone(outer);
    eachSubSchema(outer, (inner, at) => put(copy, at, share(inner)));
    return copy;
  };
  const own = Object.entries(defs).map(([name, schema]) => [name, mapped(schema as JsonObject)]);
  return { ...Object.fromEntries(own), ...shared };
}

function put(schema: JsonObject, [keyword = '', key]: JsonPath, inner: JsonSchema): void {
  if (key === undefined) schema[keyword] = inner;
  else (schema[keyword] as Record<string | number, JsonSchema>)[key] = inner;
}

/** ajv writes `require` also in a module; as imports the bundler can follow them, and node too. */
function importsFor(code: string): string {
  const modules = new Map<string, string>();
  const found = code.replace(/^"use strict";/, '').replaceAll(/require\("([^"]+)"\)/g, (_, file: string) => {
    const known = modules.get(file) ?? `module${modules.size}`;
    modules.set(file, known);
    return `exportsOf(${known})`;
  });
  // nobody reads what ajv would say of a misfit: that there is one is enough
  const body = found.replaceAll(/\{instancePath:instancePath.*\}(?=\]?;$)/gm, '0');
  const imports = [...modules].map(
    ([file, name]) => `import * as ${name} from ${JSON.stringify(`${file}.js`)};\n`,
  );
  // node gives the exports of a CommonJS module as `default`, a bundler may give them as they are
  const exportsOf = 'const exportsOf = (module) => (module.default?.__esModule ? module.default : module);\n';
  return `${imports.join('')}${exportsOf}${body}`;
}
