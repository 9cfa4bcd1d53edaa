import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from './support/cli.js';

/** Who may import whom. A part is the first folder below src; the files at the top are the library. */
const mayImport: Record<string, readonly string[]> = {
  core: [],
  formulas: ['core'],
  project: ['core', 'formulas'],
  elements: ['core', 'formulas'],
  engine: ['core', 'formulas'],
  adapters: ['core', 'formulas'],
  library: ['core', 'formulas', 'project', 'elements', 'engine', 'adapters'],
  cli: ['core', 'library'],
};

/** Every library has one home. */
const homes: Record<string, string> = {
  yaml: 'project',
  '@seriousme/openapi-schema-validator': 'project',
  tinyglobby: 'project',
  chokidar: 'project',
  ajv: 'adapters',
  'ajv-formats': 'adapters',
  lowdb: 'adapters',
  keytar: 'adapters',
  got: 'adapters',
  libsql: 'adapters',
  'proper-lockfile': 'adapters',
  standardwebhooks: 'adapters',
  'env-paths': 'adapters',
  croner: 'engine',
  'http-link-header': 'engine',
  'oauth-1.0a': 'engine',
  oauth4webapi: 'engine',
  'quickjs-emscripten-core': 'adapters',
  '@jitl/quickjs-wasmfile-release-sync': 'adapters',
  sucrase: 'adapters',
  open: 'cli',
  'json-to-graphql-query': 'elements',
  jsonata: 'formulas',
  humanparser: 'formulas',
  commander: 'cli',
  '@bomb.sh/tab': 'cli',
  chalk: 'cli',
  'cli-table3': 'cli',
  diff: 'cli',
  inquirer: 'cli',
  ora: 'cli',
};

/** Files of more than 300 lines, with the reason why they are not split. */
const longFiles: Record<string, string> = {};

const shortFiles = ['src/cli/program.ts', 'src/elements/index.ts', 'src/membrane.ts'];

const forbiddenFolders = ['utils', 'helpers', 'common', 'shared', 'misc', 'services'];

interface Source {
  readonly file: string;
  readonly part: string;
  readonly text: string;
  /** Without comments, so that a word in one breaks no rule. */
  readonly code: string;
  readonly imports: readonly { readonly from: string; readonly typeOnly: boolean }[];
}

const sources = readdirSync(path.join(repository, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .map((file) => `src/${file.replaceAll(path.sep, '/')}`)
  .sort()
  .map(readSource);

describe('the star', () => {
  it('has only parts that are known', () => {
    expect(broken((source) => (mayImport[source.part] === undefined ? [`is in no known part`] : []))).toEqual(
      [],
    );
  });

  it('is not left: parts import what they may', () => {
    const wrong = broken((source) =>
      localImports(source)
        .map((target) => ({ target, part: partOf(target) }))
        .filter(({ part }) => part !== source.part && !mayImport[source.part]?.includes(part))
        .map(({ target }) => `imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('has no circles', () => {
    expect(findCircles()).toEqual([]);
  });

  it('has one door: the command line knows the library by membrane.ts only', () => {
    const wrong = broken((source) =>
      localImports(source)
        .filter(
          (target) => source.part === 'cli' && partOf(target) === 'library' && target !== 'src/membrane.ts',
        )
        .map((target) => `imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps the kinds apart', () => {
    const wrong = broken((source) =>
      localImports(source)
        .filter((target) => kindOf(source.file) !== undefined && kindOf(target) !== undefined)
        .filter((target) => kindOf(source.file) !== kindOf(target))
        .map((target) => `imports ${target}`),
    );
    // Every action type is a node type too.
    expect(
      wrong.filter((fault) => !/^src\/elements\/flow\/\S+ imports src\/elements\/action\//.test(fault)),
    ).toEqual([]);
  });
});

describe('libraries', () => {
  it('are imported in their homes only', () => {
    const wrong = broken((source) =>
      packageImports(source)
        .filter((name) => homes[name] !== source.part)
        .map((name) => `imports ${name}, whose home is ${homes[name] ?? 'not known'}`),
    );
    expect(wrong).toEqual([]);
  });

  it('that are dependencies are all used', () => {
    const { dependencies, optionalDependencies } = readPackage();
    const used = new Set(sources.flatMap(packageImports));
    const unused = Object.keys({ ...dependencies, ...optionalDependencies }).filter(
      (name) => !used.has(name),
    );
    expect(unused).toEqual([]);
  });

  it('that are used are dependencies', () => {
    const { dependencies, optionalDependencies } = readPackage();
    const declared = { ...dependencies, ...optionalDependencies };
    const missing = broken((source) => packageImports(source).filter((name) => declared[name] === undefined));
    expect(missing).toEqual([]);
  });
});

describe('output', () => {
  it('is written by cli/output, to the streams that cli/io takes from the process', () => {
    const printing = /\bconsole\.|process\.std(out|err)\b/;
    const mayPrint = (file: string) => file.startsWith('src/cli/output/') || file === 'src/cli/io.ts';
    const wrong = sources
      .filter(({ file, code }) => printing.test(code) && !mayPrint(file))
      .map(({ file }) => file);
    expect(wrong).toEqual([]);
  });

  it('never ends with process.exit', () => {
    const bin = readFileSync(path.join(repository, 'bin/membrane.js'), 'utf8');
    const wrong = sources.filter(({ code }) => /process\.exit\(/.test(code)).map(({ file }) => file);
    expect(wrong).toEqual([]);
    expect(/process\.exit\(/.test(bin)).toBe(false);
  });

  it('is told its environment: process is read in cli/main.ts and by the adapters only', () => {
    const wrong = sources
      .filter(({ part }) => part !== 'cli' && part !== 'adapters')
      .filter(({ code }) => /\bprocess\.(env|argv|stdin)\b/.test(code))
      .map(({ file }) => file);
    expect(wrong).toEqual([]);
  });
});

describe('files', () => {
  it('lie in folders with a real name', () => {
    const wrong = sources.filter(({ file }) =>
      file.split('/').some((part) => forbiddenFolders.includes(part)),
    );
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });

  it('are named in kebab-case', () => {
    const wrong = sources.filter(
      ({ file }) => !/^[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(path.posix.basename(file)),
    );
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });

  it('export by name', () => {
    const wrong = sources
      .filter(({ code }) => /^export\s+(default\b|\*)/m.test(code))
      .map(({ file }) => file);
    expect(wrong).toEqual([]);
  });

  it('have at most 300 lines, or a reason', () => {
    const long = sources.filter(({ text }) => lineCount(text) > 300).map(({ file }) => file);
    expect(long).toEqual(Object.keys(longFiles));
  });

  it('that only join others stay under 100 lines', () => {
    const long = shortFiles
      .filter((file) => existsSync(path.join(repository, file)))
      .filter((file) => lineCount(readFileSync(path.join(repository, file), 'utf8')) >= 100);
    expect(long).toEqual([]);
  });
});

describe('registries', () => {
  it('are the only list of the kinds', () => {
    const names = [...new Set(sources.flatMap(({ file }) => kindOf(file) ?? []))];
    const wrong = sources
      .filter(({ file }) => file !== 'src/elements/index.ts')
      .filter(({ code }) => names.filter((name) => code.includes(`'${name}'`)).length > names.length / 2)
      .map(({ file }) => file);
    expect(wrong).toEqual([]);
  });

  it('are never gone around by a switch over kinds', () => {
    const wrong = sources.filter(({ code }) => /switch \((\w+\.)*kind\)/.test(code)).map(({ file }) => file);
    expect(wrong).toEqual([]);
  });

  it('reach every file: what nothing imports is in no registry', () => {
    const imported = new Set(sources.flatMap(localImports));
    const entries = [
      'src/membrane.ts',
      'src/cli/main.ts',
      'src/adapters/kind-validators-build.ts',
      'src/project/parse-worker.ts',
    ];
    const unreached = sources
      .map(({ file }) => file)
      .filter((file) => !imported.has(file) && !entries.includes(file));
    expect(unreached).toEqual([]);
  });
});

function readSource(file: string): Source {
  const text = readFileSync(path.join(repository, file), 'utf8');
  const code = withoutComments(text);
  const imports = [
    ...code.matchAll(
      /^(?:import|export)\s+(type\s|\{(?:\s*type [^,}]+,?)+\s*\})?(?:[^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm,
    ),
    ...code.matchAll(/\b()import\(\s*['"]([^'"]+)['"]\s*\)/g),
    ...code.matchAll(/\b()require\(\s*['"]([^'"]+)['"]\s*\)/g),
    ...code.matchAll(/\b()createRequire\(.*\)\.resolve\(['"]([^'"]+)['"]\)/g),
  ].map(([, type, from = '']) => ({ from, typeOnly: type !== undefined && type !== '' }));
  return { file, part: partOf(file), text, code, imports };
}

/** Good enough for our own code: strings that hold `//` keep what comes before it on their line. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[\s;{}(,])\/\/.*$/gm, '$1');
}

function partOf(file: string): string {
  const [, part = '', inside] = file.split('/');
  return inside === undefined ? 'library' : part;
}

function folderOf(file: string): string {
  return path.posix.dirname(file);
}

/** The kind that a file belongs to: the name of a folder whose index declares one. */
function kindOf(file: string): string | undefined {
  const [, part, kind = ''] = file.split('/');
  const index = path.join(repository, 'src/elements', kind, 'index.ts');
  if (part !== 'elements' || kind.endsWith('.ts') || !existsSync(index)) return undefined;
  return readFileSync(index, 'utf8').includes('defineKind(') ? kind : undefined;
}

function localImports(source: Source): string[] {
  return source.imports
    .filter(({ from }) => from.startsWith('.'))
    .map(({ from }) => path.posix.join(folderOf(source.file), from).replace(/\.js$/, '.ts'));
}

/** `ajv` for `ajv/dist/2020.js`; modules of Node are no packages. */
function packageImports(source: Source): string[] {
  return source.imports
    .map(({ from }) => from)
    .filter((from) => !from.startsWith('.') && !from.startsWith('node:'))
    .map((from) =>
      from
        .split('/')
        .slice(0, from.startsWith('@') ? 2 : 1)
        .join('/'),
    );
}

function broken(find: (source: Source) => string[]): string[] {
  return sources.flatMap((source) => find(source).map((fault) => `${source.file} ${fault}`));
}

/** Circles of imports that are there at run time; types may refer to each other. */
function findCircles(): string[] {
  const byFile = new Map(sources.map((source) => [source.file, source]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
    if (way.includes(file) || done.has(file)) return;
    const source = byFile.get(file);
    const values = source === undefined ? [] : source.imports.filter(({ typeOnly }) => !typeOnly);
    for (const target of source === undefined ? [] : localImports({ ...source, imports: values }))
      visit(target, [...way, file]);
    done.add(file);
  };
  for (const { file } of sources) visit(file, []);
  return circles;
}

function lineCount(text: string): number {
  return text.split('\n').length - 1;
}

function readPackage(): {
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
} {
  return JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8')) as never;
}
