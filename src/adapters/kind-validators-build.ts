import standalone from 'ajv/dist/standalone/index.js';
import type { JsonSchema } from '../core/schema.js';
import { newAjv } from './schemas-compile.js';
import { flatten } from './schemas-flatten.js';
import { link } from './schemas-link.js';

/**
 * The text of an ES module that takes the place of `kind-validators.ts` in the packaged program: the same exports,
 * with a generated test for each kind. It imports a few small files of ajv and ajv-formats, which the bundler takes
 * in; ajv itself is not among them. A kind whose schema cannot be generated is left out, and is read instead.
 */
export function generateKindValidators(kinds: readonly { name: string; schema: JsonSchema }[]): string {
  const ajv = newAjv({ code: { source: true, esm: true, lines: true } });
  const names: [name: string, identifier: string][] = [];
  for (const [index, { name, schema }] of kinds.entries()) {
    const flat = flatten(link(schema).root);
    if (flat === undefined) continue;
    const identifier = `kind${index}`;
    ajv.addSchema(flat, identifier);
    names.push([name, identifier]);
  }
  const code = standalone.default(
    ajv,
    Object.fromEntries(names.map(([, identifier]) => [identifier, identifier])),
  );
  const entries = names.map(([name, identifier]) => `  ${JSON.stringify(name)}: ${identifier},\n`);
  return `${importsFor(code)}\nexport const kindValidators = {\n${entries.join('')}};\n`;
}

/** ajv writes `require` also in a module; as imports the bundler can follow them, and node too. */
function importsFor(code: string): string {
  const modules = new Map<string, string>();
  const body = code.replace(/^"use strict";/, '').replaceAll(/require\("([^"]+)"\)/g, (_, file: string) => {
    const known = modules.get(file) ?? `module${modules.size}`;
    modules.set(file, known);
    return `exportsOf(${known})`;
  });
  const imports = [...modules].map(
    ([file, name]) => `import * as ${name} from ${JSON.stringify(`${file}.js`)};\n`,
  );
  // node gives the exports of a CommonJS module as `default`, a bundler may give them as they are
  const exportsOf = 'const exportsOf = (module) => (module.default?.__esModule ? module.default : module);\n';
  return `${imports.join('')}${exportsOf}${body}`;
}
