'use strict';
// CommonJS, like the chunks: node starts a program of ECMAScript modules 5 ms later.
const { readFileSync, writeFileSync } = require('node:fs');
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
  const requireFrom = (name) =>
    name.startsWith('./') ? run(name.slice(2)) : slow.has(name) ? later(name) : require(name);

  function run(name) {
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(name, module);
    const file = join(folder, name);
    const cache = `${file}.cache`;
    // latin1, since the build leaves nothing but ASCII and V8 need not look for more
    const source = `(function(exports,require,module,IMPORT_META){${readFileSync(file, 'latin1')}\n})`;
    const script = new Script(source, { filename: file, cachedData: readIfThere(cache) });
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

// what takes node a millisecond or more to load, and what many commands import but never use
const slow = new Set(
  [
    'child_process',
    'crypto',
    'fs/promises',
    'http',
    'http2',
    'https',
    'net',
    'readline',
    'tls',
    'zlib',
  ].flatMap((name) => [name, `node:${name}`]),
);

/** A module of node that is loaded when something of it is asked for. */
function later(name) {
  let module;
  const loaded = () => (module ??= require(name));
  return new Proxy(
    {},
    {
      get: (_, key) => loaded()[key],
      has: (_, key) => key in loaded(),
      ownKeys: () => Reflect.ownKeys(loaded()),
      getOwnPropertyDescriptor: (_, key) => ({
        ...Reflect.getOwnPropertyDescriptor(loaded(), key),
        configurable: true,
      }),
    },
  );
}

function readIfThere(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined; // a chunk that no run of the build needed
  }
}

module.exports = { load };
