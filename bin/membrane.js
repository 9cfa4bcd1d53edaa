#!/usr/bin/env node
'use strict';
// CommonJS, and in one file: node starts a program of ECMAScript modules 5 ms later, each file takes a half.
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { Script } = require('node:vm');

const folder = join(__dirname, '../dist/chunks');
/** Functions by the name of their chunk; `files` says where those are that have no file of their own name. */
const chunks = { files: {} };
const modules = new Map();
const scripts = new Map();

function requireFrom(name) {
  if (name.startsWith('./')) return run(name.slice(2));
  return slow.has(name) ? later(name) : require(name);
}

function run(name) {
  const known = modules.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  modules.set(name, module);
  if (chunks[name] === undefined) loadFile(chunks.files[name] ?? name);
  // a getter, since the first URL of a process costs it several milliseconds
  const meta = {
    get url() {
      return pathToFileURL(join(folder, name)).href;
    },
  };
  chunks[name](module.exports, requireFrom, module, meta);
  return module.exports;
}

/**
 * Loads some chunks, with the code that V8 compiled of them when the program was built. The code of another
 * version of node is refused by V8, and the chunks are compiled as usual.
 */
function loadFile(name) {
  const file = join(folder, name);
  // latin1, since the build leaves nothing but ASCII and V8 need not look for more
  const script = new Script(readFileSync(file, 'latin1'), {
    filename: file,
    cachedData: readIfThere(`${file}.cache`),
  });
  scripts.set(`${file}.cache`, script);
  Object.assign(chunks, script.runInThisContext());
}

function readIfThere(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined; // no run of the build needed these
  }
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

if (process.env.MEMBRANE_WRITE_CODE_CACHE === '1') {
  process.on('exit', () => {
    for (const [file, script] of scripts) writeFileSync(file, script.createCachedData());
  });
}

const { main } = run('main.js');

void main(process.argv.slice(2)).then((exit) => {
  process.exitCode = exit;
});
