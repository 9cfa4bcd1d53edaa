'use strict';
// CommonJS, like the chunks: node starts a program of ECMAScript modules 5 ms later.
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { Script } = require('node:vm');

/**
 * Loads the chunks of the program, each with the code that V8 compiled of it when the program was built. A
 * cache of another version of node is refused by V8, and the chunk is compiled as usual.
 */
function load() {
  const folder = join(__dirname, 'chunks');
  const modules = new Map();
  const scripts = new Map();
  const requireFrom = (name) => (name.startsWith('./') ? run(name.slice(2)) : require(name));

  function run(name) {
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(name, module);
    const file = join(folder, name);
    const cache = `${file}.cache`;
    const cachedData = existsSync(cache) ? readFileSync(cache) : undefined;
    const source = `(function(exports,require,module,IMPORT_META){${readFileSync(file, 'utf8')}\n})`;
    const script = new Script(source, { filename: file, cachedData });
    scripts.set(cache, script);
    // a getter, since the first URL of a process costs it several milliseconds
    const meta = {
      get url() {
        return pathToFileURL(file).href;
      },
    };
    script.runInThisContext()(module.exports, requireFrom, module, meta);
    return module.exports;
  }

  if (process.env.MEMBRANE_WRITE_CODE_CACHE === '1') {
    process.on('exit', () => {
      for (const [file, script] of scripts) writeFileSync(file, script.createCachedData());
    });
  }
  return run('main.js');
}

module.exports = { load };
