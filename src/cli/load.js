import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Script } from 'node:vm';

/**
 * Loads the chunks of the program, each with the code that V8 compiled of it when the program was built. A
 * cache of another version of node is refused by V8, and the chunk is compiled as usual.
 */
export function load() {
  const folder = join(dirname(fileURLToPath(import.meta.url)), 'chunks');
  const requireNative = createRequire(import.meta.url);
  const writes = process.env['MEMBRANE_WRITE_CODE_CACHE'] === '1';
  const modules = new Map();
  const scripts = new Map();

  const run = (name) => {
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(name, module);
    const file = join(folder, name);
    const source = readFileSync(file, 'utf8');
    const cache = `${file}.cache`;
    const cachedData = existsSync(cache) ? readFileSync(cache) : undefined;
    const wrapped = `(function(exports,require,module,IMPORT_META_URL){${source}\n})`;
    const script = new Script(wrapped, { filename: file, cachedData });
    scripts.set(cache, script);
    script.runInThisContext()(module.exports, requireFrom, module, pathToFileURL(file).href);
    return module.exports;
  };
  const requireFrom = (name) => (name.startsWith('./') ? run(name.slice(2)) : requireNative(name));

  const main = run('main.js');
  if (writes) {
    process.on('exit', () => {
      for (const [file, script] of scripts) writeFileSync(file, script.createCachedData());
    });
  }
  return main;
}
