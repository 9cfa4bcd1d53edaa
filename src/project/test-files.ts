import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { diagnostic, type Diagnostic, type Span } from '../core/diagnostic.js';
import { isObject, type JsonPath } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import type { Element } from '../core/project.js';
import type { TestCase, TestConnection, TestResponse } from '../core/tape.js';
import { isOwn } from './apply-fixes.js';
import type { LoadedProject } from './project.js';
import { readTape } from './tape-file.js';
import { nodeProblems } from './test-nodes.js';
import { isTape, type TestPlace } from './test-place.js';
import { testSchema } from './test-schema.js';

/** One test, ready to be run. */
export interface ProjectTest {
  /** Absolute. */
  readonly file: string;
  readonly kind: string;
  /** As it is run: an element inside of a connector is CONNECTOR/KEY. */
  readonly key: string;
  readonly test: TestCase;
  /** Absolute; undefined for a test without a tape. */
  readonly tape: string | undefined;
  /** The files of the element on all its layers. */
  readonly elementFiles: readonly string[];
  readonly connector: string | undefined;
  /** Where the value at a path of the test was written. */
  locate(path: JsonPath): Span;
}

export interface LoadedTests {
  readonly tests: readonly ProjectTest[];
  /** What is wrong with the files of tests. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The content of a file that fits its schema. */
interface TestFile {
  readonly element?: string;
  readonly connection?: TestConnection;
  readonly time?: string;
  readonly responses?: readonly TestResponse[];
  readonly tests: readonly TestCase[];
}

/** All tests of a project, without those of packages from npm. `recording`: tapes need not be there yet. */
export function loadTests(project: LoadedProject, recording = false): LoadedTests {
  const tests: ProjectTest[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const place of project.parts.tests.filter(({ file }) => isOwn(file, project.root))) {
    const loaded = loadFile(project, place, recording);
    tests.push(...loaded.tests);
    diagnostics.push(...loaded.diagnostics);
  }
  return { tests, diagnostics };
}

function loadFile(project: LoadedProject, place: TestPlace, recording: boolean): LoadedTests {
  const { files, schemas } = project.parts;
  const { value, diagnostics } = files.read(place.file);
  const broken = (found: readonly Diagnostic[]): LoadedTests => ({ tests: [], diagnostics: found });
  if (value === undefined) return broken(diagnostics);
  const { problems } = schemas.kind('test', testSchema)(value ?? {});
  if (problems.length > 0) {
    return broken(
      problems.map(({ code, message, help, path, target }) =>
        diagnostic(code, message, files.locate(place.file, path, target), { help }),
      ),
    );
  }
  const content = value as unknown as TestFile; // it fits the schema
  const element = testedElement(project, place, content);
  if ('code' in element) return broken([element]);
  const found = [...matcherProblems(project, place.file, value)];
  const tests = content.tests.map((test, index): ProjectTest => {
    const locate = (path: JsonPath) => files.locate(place.file, ['tests', index, ...path], 'value');
    const tape = test.tape === undefined ? undefined : resolve(dirname(place.file), test.tape);
    const one = { file: place.file, ...element, test: completed(test, content, place), tape, locate };
    found.push(...tapeProblems(project, one, recording));
    const at = (path: JsonPath) => files.locate(place.file, ['tests', index, ...path], 'key');
    found.push(...nodeProblems(project, one, at));
    return one;
  });
  return { tests, diagnostics: [...found, ...sameNames(content, tests)] };
}

/** A test with what its file says for all. */
function completed(test: TestCase, file: TestFile, { integration, connection }: TestPlace): TestCase {
  const layer = {
    ...(integration === undefined ? {} : { integration }),
    ...(connection === undefined ? {} : { key: connection }),
  };
  const account = { ...layer, ...file.connection, ...test.connection };
  const responses = [...(test.responses ?? []), ...(file.responses ?? [])];
  return {
    ...(file.time === undefined ? {} : { time: file.time }),
    ...test,
    ...(Object.keys(account).length === 0 ? {} : { connection: account }),
    ...(responses.length === 0 ? {} : { responses }),
  };
}

type Tested = Pick<ProjectTest, 'kind' | 'key' | 'elementFiles' | 'connector'>;

function testedElement(project: LoadedProject, place: TestPlace, { element }: TestFile): Tested | Diagnostic {
  const { files, kinds } = project.parts;
  const span = files.locate(place.file, element === undefined ? [] : ['element'], 'value');
  const slash = element?.indexOf('/') ?? -1;
  const kindName = element?.slice(0, slash) ?? place.kind;
  const owner = element === undefined && place.connector !== undefined ? `${place.connector}/` : '';
  const key = element?.slice(slash + 1) ?? `${owner}${place.name ?? ''}`;
  if (kindName === undefined) {
    const help = 'say it with "element: action/KEY", or put the file beside the element';
    return diagnostic('test/element', 'the file does not say which element it tests', span, { help });
  }
  const runnable = kinds.filter((kind) => 'run' in kind || 'walk' in kind).map(({ name }) => name);
  if (!runnable.includes(kindName)) {
    const help = didYouMean(kindName, runnable) ?? `what can be run is ${runnable.join(', ')}`;
    return diagnostic('test/element', `elements of kind "${kindName}" cannot be run`, span, { help });
  }
  const named = ({ ref }: Element) => (ref.connector === undefined ? ref.key : `${ref.connector}/${ref.key}`);
  const all = project.list(kindName);
  const found = all.filter((one) => named(one) === key || (element !== undefined && one.ref.key === key));
  if (found.length === 0) {
    const names = [...new Set(all.map(named))];
    const help = didYouMean(key, names) ?? `see what there is with "membrane ${kindName} list"`;
    return diagnostic('ref/not-found', `no ${kindName} "${key}"`, span, { help });
  }
  const elementFiles = found.flatMap((one) => one.files.map(({ file }) => file));
  return { kind: kindName, key, elementFiles, connector: found[0]?.ref.connector };
}

function tapeProblems(project: LoadedProject, one: ProjectTest, recording: boolean): Diagnostic[] {
  const { root } = project;
  const { tape } = one;
  if (tape === undefined) return [];
  const isOutside = (folder: string) => {
    const way = relative(folder, tape);
    return way.startsWith('..') || isAbsolute(way);
  };
  if ((isOutside(root) && isOutside(realpathSync(root))) || !isTape(tape)) {
    const help = 'name it KEY.tape.yaml, in a folder of the project';
    return [diagnostic('schema/value', 'this cannot be the name of a tape', one.locate(['tape']), { help })];
  }
  if (recording) return [];
  const missing = missingTape(project, one);
  return missing === undefined ? [...readTape(project, tape).diagnostics] : [missing];
}

/** Why a test cannot be run yet: its tape has to be recorded first. Undefined where it is there, or none is named. */
export function missingTape(
  { root }: Pick<LoadedProject, 'root'>,
  { tape, key, locate }: ProjectTest,
): Diagnostic | undefined {
  if (tape === undefined || existsSync(tape)) return undefined;
  const message = `there is no tape "${relative(root, tape)}" yet`;
  return diagnostic('tape/missing', message, locate(['tape']), {
    help: `record it: membrane test ${key} --record`,
  });
}

/** A pattern that is none would fail where it is used, and say less. */
function matcherProblems(
  project: LoadedProject,
  file: string,
  value: unknown,
  path: JsonPath = [],
): Diagnostic[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => matcherProblems(project, file, item, [...path, index]));
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const at = [...path, name];
    if (name === '$matches' && typeof inner === 'string' && !isPattern(inner)) {
      const span = project.parts.files.locate(file, at, 'value');
      return [diagnostic('schema/value', `"${inner}" is no regular expression`, span)];
    }
    return matcherProblems(project, file, inner, at);
  });
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u').test('');
    return true;
  } catch {
    return false;
  }
}

function sameNames({ tests: cases }: TestFile, tests: readonly ProjectTest[]): Diagnostic[] {
  const names = cases.map(({ name }) => name);
  return tests
    .filter((one, index) => names.indexOf(one.test.name) !== index)
    .map((one) => {
      const help = 'give it another: a test is chosen by its name';
      const message = `two tests have the name "${one.test.name}"`;
      return diagnostic('schema/value', message, one.locate(['name']), { help });
    });
}
