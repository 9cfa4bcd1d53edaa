import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isServerField } from '../core/export-fields.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { diagnostic, fileSpan } from '../core/diagnostic.js';
import type { FunctionType } from '../core/function.js';
import { isObject, valueAt, type Json, type JsonObject, type JsonPath } from '../core/json.js';
import { nearest } from '../core/nearest.js';
import type { Element } from '../core/project.js';
import type { Ref } from '../core/ref.js';
import { findFunctions, functionValue } from './functions.js';
import type { Files } from './files.js';
import type { Candidate } from './scan.js';

/** An element and what was wrong with its files; undefined where they give none. */
export interface Loaded {
  readonly element: Element | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the files of one element: spec.yaml, and the files of its functions. */
export function loadElement(candidate: Candidate, files: Files, types: readonly FunctionType[]): Loaded {
  const { spec, kind, folder } = candidate;
  const parsed = spec === undefined ? { value: {}, diagnostics: [] } : files.read(spec);
  if (parsed.value === undefined) return { element: undefined, diagnostics: parsed.diagnostics };
  if (!isObject(parsed.value)) {
    const found =
      parsed.value === null
        ? 'is empty'
        : `holds ${Array.isArray(parsed.value) ? 'a list' : 'a single value'}`;
    const help = `an element is an object: start from "membrane new ${kind.name} ${candidate.name}"`;
    const span = fileSpan(spec ?? '');
    return {
      element: undefined,
      diagnostics: [diagnostic('element/not-object', `the file ${found}`, span, { help })],
    };
  }
  const diagnostics: Diagnostic[] = [];
  const raw = parsed.value;
  const element = describe(candidate, raw);
  const value = withoutServerFields(raw, candidate);
  const parts: { file: string; at: JsonPath }[] = spec === undefined ? [] : [{ file: spec, at: [] }];
  let filled = value;
  if (folder !== undefined) {
    for (const [name, field] of Object.entries(kind.siblings ?? {})) {
      const file = ['.yml', '.yaml']
        .map((ending) => join(folder, name + ending))
        .find((one) => existsSync(one));
      if (file === undefined) continue;
      const content = files.read(file);
      diagnostics.push(...content.diagnostics);
      if (content.value === undefined || content.value === null) continue;
      filled = { ...filled, [field]: content.value };
      parts.push({ file, at: [field] });
    }
    const found = findFunctions(value, kind.places(value), folder, types);
    for (const problem of found.problems) {
      if ('diagnostic' in problem) diagnostics.push(problem.diagnostic);
      else {
        const span = spec === undefined ? fileSpan(folder) : files.locate(spec, problem.path, problem.target);
        diagnostics.push(diagnostic('function/file', problem.message, span, { help: problem.help }));
      }
    }
    for (const file of found.files) {
      const isCode = file.type.content === 'code';
      const content = isCode ? files.readText(file.file) : files.read(file.file);
      diagnostics.push(...content.diagnostics);
      if (content.value === undefined) continue;
      filled = put(filled, file.at, functionValue(file, valueAt(filled, file.at), content.value));
      parts.push({ file: file.file, at: [...file.at, file.type.content ?? 'type'] });
    }
  }
  const keyProblem = wrongKey(candidate, raw, element.exported, files);
  if (keyProblem !== undefined) diagnostics.push(keyProblem);
  return { element: { ...element, value: filled, files: parts }, diagnostics };
}

function describe(candidate: Candidate, raw: JsonObject): Omit<Element, 'value' | 'files'> {
  const text = (key: string) => (typeof raw[key] === 'string' && raw[key] !== '' ? raw[key] : undefined);
  const integration =
    candidate.integration ?? (candidate.kind.name === 'integration' ? undefined : text('integrationKey'));
  const connection = candidate.connection ?? text('connectionKey');
  const instance = text('instanceKey');
  const ref: Ref = {
    kind: candidate.kind.name,
    key: text('key') ?? candidate.name,
    ...(integration === undefined ? {} : { integration }),
    ...(connection === undefined ? {} : { connection }),
    ...(candidate.connector === undefined ? {} : { connector: candidate.connector }),
    ...(instance === undefined ? {} : { instance }),
  };
  const id = text('id') ?? text('uuid');
  return {
    ref,
    layer: connection !== undefined ? 'connection' : integration !== undefined ? 'integration' : 'universal',
    package: candidate.package,
    exported: raw['id'] !== undefined && (raw['revision'] !== undefined || raw['uuid'] !== undefined),
    off: raw['isDeactivated'] === true,
    ...(id === undefined ? {} : { id }),
  };
}

/** Fields that only a server writes are known, and no part of the model. */
function withoutServerFields(raw: JsonObject, candidate: Candidate): JsonObject {
  const own = new Set(candidate.kind.serverFields);
  const value: JsonObject = {};
  for (const key of Object.keys(raw)) {
    if (!own.has(key) && !isServerField(key, candidate.kind.name)) value[key] = raw[key] as Json;
  }
  return value;
}

/** A file whose key is not its name cannot be found by its name: one of the two is a slip. */
function wrongKey(
  candidate: Candidate,
  raw: JsonObject,
  exported: boolean,
  files: Files,
): Diagnostic | undefined {
  const key = raw['key'];
  if (
    typeof key !== 'string' ||
    key === '' ||
    key === candidate.name ||
    exported ||
    candidate.spec === undefined
  )
    return undefined;
  if (['integrationKey', 'connectionKey', 'instanceKey'].some((layer) => raw[layer] !== undefined))
    return undefined;
  const near = nearest(key, [candidate.name]) === undefined ? '' : ', or the key misspelt';
  const help = `rename it to "${key}"${near}; the key may also be left out`;
  const span = files.locate(candidate.spec, ['key'], 'value');
  return diagnostic('element/key', `the key is "${key}", but the file is named "${candidate.name}"`, span, {
    help,
  });
}

/** A copy of `value` with `part` at `path`; objects on the way are made where they are missing. */
function put(value: JsonObject, path: JsonPath, part: Json): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const inner = value[key];
  const next = rest.length === 0 ? part : put(isObject(inner) ? (inner as JsonObject) : {}, rest, part);
  return { ...value, [key]: next };
}
