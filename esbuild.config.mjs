// Builds the program: `npm run build`. What comes out, and why in this form, is in docs/adr/0004-bundling.md.
import { createHash } from 'node:crypto';
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { build, transform } from 'esbuild';

const version = JSON.parse(readFileSync('package.json', 'utf8')).version;
const native = ['libsql', 'keytar'];
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  legalComments: 'none',
};

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist/work', { recursive: true });

// the registry of kinds, for their names and for validators built ahead
await build({
  ...common,
  entryPoints: {
    registry: 'src/elements/index.ts',
    config: 'src/project/config-schema.ts',
    generate: 'src/adapters/kind-validators-build.ts',
  },
  outdir: 'dist/work',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  packages: 'external',
});
const { kinds } = await import('./dist/work/registry.mjs');
const { configSchema, packageSchema } = await import('./dist/work/config.mjs');
const { generateKindValidators } = await import('./dist/work/generate.mjs');
const validators = generateKindValidators([
  ...kinds.map(({ name, schema }) => ({ name, schema })),
  { name: 'membrane.yaml', schema: configSchema },
  { name: 'package.yaml', schema: packageSchema },
]);
const prebuilt = {
  name: 'prebuilt-validators',
  setup({ onLoad }) {
    onLoad({ filter: /src[\\/]adapters[\\/]kind-validators\.ts$/ }, () => ({
      contents: validators,
      loader: 'js',
      resolveDir: process.cwd(),
    }));
  },
};
// only the prompts that are asked: the editor brings most of the weight of inquirer
const noEditor = {
  name: 'no-editor',
  setup({ onLoad }) {
    onLoad({ filter: /@inquirer[\\/]editor[\\/].*\.js$/ }, () => ({
      contents: 'export default () => { throw new Error("no editor prompt"); };',
      loader: 'js',
    }));
  },
};
// commander starts programs only where a command is one; node takes 4 ms to load what that needs
const lateChildProcess = {
  name: 'late-child-process',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /[\\/]commander[\\/]/.test(importer) ? { path: 'child_process', namespace: 'late' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'late' }, () => ({
      contents: "module.exports = { get spawn() { return require('node:child_process').spawn; } };",
      loader: 'js',
    }));
  },
};
// HTTP/2 is not asked for, and opening a TLS socket to see how it is made takes node 30 ms
const noHttp2 = {
  name: 'no-http2',
  setup({ onLoad }) {
    onLoad({ filter: /http2-wrapper[\\/]source[\\/]index\.js$/ }, () => ({
      contents: 'module.exports = {};',
      loader: 'js',
    }));
  },
};
const sources = createHash('sha1');
for (const name of readdirSync('src', { recursive: true }).sort()) {
  if (/\.(ts|cjs)$/.test(name)) sources.update(readFileSync(join('src', name)));
}
// whether a stream gets colours is judged in src/cli/output; chalk would load the network for its own guess
const noGuess = {
  name: 'no-guess',
  setup({ onLoad }) {
    onLoad({ filter: /chalk[\\/]source[\\/]vendor[\\/]supports-color[\\/]index\.js$/ }, () => ({
      contents: 'export default { stdout: false, stderr: false };',
      loader: 'js',
    }));
  },
};
const define = {
  MEMBRANE_BUILD: JSON.stringify(sources.digest('hex')),
  MEMBRANE_VERSION: JSON.stringify(version),
  MEMBRANE_KINDS: JSON.stringify(kinds.map(({ name }) => name)),
};

// the command line: chunks that load when they are needed, as CommonJS so that V8's code cache can be used
const cli = await build({
  metafile: true,
  ...common,
  entryPoints: { main: 'src/cli/main.ts' },
  outdir: 'dist/work/chunks',
  format: 'esm',
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  external: native,
  plugins: [prebuilt, noEditor, lateChildProcess, noHttp2, noGuess],
  define: { ...define, 'import.meta': 'IMPORT_META' },
});
// what always loads together goes into one file: each costs a fraction of a millisecond
const { outputs } = cli.metafile;
const together = (name) =>
  outputs[`dist/work/chunks/${name}`].imports
    .filter(({ kind, external }) => kind === 'import-statement' && external !== true)
    .flatMap(({ path }) => [basename(path), ...together(basename(path))]);
const isMembrane = ({ entryPoint }) => entryPoint === 'src/membrane.ts';
const membrane = basename(Object.entries(outputs).find(([, output]) => isMembrane(output))[0]);
const files = new Map();
for (const name of ['main.js', membrane]) {
  for (const part of [name, ...together(name)]) if (!files.has(part)) files.set(part, name);
}
for (const path of Object.keys(outputs))
  if (!files.has(basename(path))) files.set(basename(path), basename(path));

mkdirSync('dist/chunks');
for (const file of new Set(files.values())) {
  const parts = [...files].filter(([, into]) => into === file).map(([name]) => name);
  const written = await Promise.all(
    parts.map(async (name) => `${JSON.stringify(name)}:${await asFunction(name)}`),
  );
  const moved = Object.fromEntries([...files].filter(([name, into]) => name !== into));
  const index = file === 'main.js' ? `files:${JSON.stringify(moved)},` : '';
  writeFileSync(`dist/chunks/${file}`, `({${index}${written.join(',\n')}})`);
}

async function asFunction(name) {
  const { code } = await transform(readFileSync(`dist/work/chunks/${name}`, 'utf8'), {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minifyWhitespace: true,
    supported: { 'dynamic-import': false },
  });
  return `function(exports,require,module,IMPORT_META){${code}\n}`;
}

// read by the validator of OpenAPI documents, as files beside it
cpSync('node_modules/@seriousme/openapi-schema-validator/schemas', 'dist/chunks/schemas', {
  recursive: true,
});

writeFileSync('dist/chunks/package.json', '{ "type": "commonjs" }\n');
// the thread that parses: a file of its own beside the chunks, and beside the library
for (const folder of ['dist/chunks', 'dist/lib']) {
  await build({
    ...common,
    entryPoints: ['src/project/parse-worker.ts'],
    outdir: folder,
    format: folder === 'dist/lib' ? 'esm' : 'cjs',
    minify: true,
    packages: folder === 'dist/lib' ? 'external' : 'bundle',
  });
}

// the library: ECMAScript modules, dependencies as they are installed
await build({
  ...common,
  entryPoints: { membrane: 'src/membrane.ts' },
  outdir: 'dist/lib',
  format: 'esm',
  splitting: true,
  packages: 'external',
  plugins: [prebuilt],
  define,
});
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});
rmSync('dist/work', { recursive: true });

// run the common commands once, so that the cache holds the code that they use
const { startCrm } = await import('./examples/crm/server.mjs');
const crm = await startCrm({ port: 0, apiKey: 'demo-key' });
const project = mkdtempSync(join(tmpdir(), 'membrane-build-'));
cpSync('examples/crm', project, { recursive: true });
const env = {
  ...process.env,
  MEMBRANE_WRITE_CODE_CACHE: '1',
  MEMBRANE_SECRETS: 'env',
  MEMBRANE_SECRET_CRM_APIKEY: 'demo-key',
  MEMBRANE_SECRET_CRM_BASEURI: crm.url,
};
for (const args of [
  ['--version'],
  ['--help'],
  ['validate'],
  ['formula', 'eval', '{"$concat": ["a", {"$var": "b"}]}'],
  ['action', 'run', 'get-contact', '--set', 'id=1'],
  ['data', 'list', 'contacts', '--all', '--format', 'ndjson'],
]) {
  await promisify(execFile)(process.execPath, ['bin/membrane.js', ...args, '--cwd', project], { env });
}
rmSync(project, { recursive: true });
await crm.stop();
