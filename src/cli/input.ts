import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { MembraneError } from '../core/error.js';
import { isObject, parseJson, type Json, type JsonObject, type JsonPath } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';
import { parseLocator } from '../core/locator.js';
import { text, texts, type Option, type Options } from './command.js';
import { jsonFault } from './json-fault.js';
import type { Session } from './session.js';

/** The options of every command that takes input. */
export const inputOptions: readonly Option[] = [
  { flags: '--input <json>', summary: 'the input: JSON, @FILE, or - for standard input' },
  {
    flags: '--set <path=value>',
    summary: 'set one field: a.b=1; values are JSON where they parse, else text',
    many: true,
  },
];

/**
 * What `--input` and `--set` give together; undefined where neither is given. Where `schema` wants a text,
 * `--set id=1` is one, and no number.
 */
export async function readInput(
  session: Session,
  options: Options,
  schema?: JsonSchema,
): Promise<Json | undefined> {
  const given = text(options, 'input');
  const sets = texts(options, 'set');
  let input: Json | undefined = given === undefined ? undefined : await readJson(session, given, '--input');
  for (const assignment of sets) input = assign(input ?? {}, assignment, schema);
  return input;
}

/** JSON from an argument: the text itself, `@FILE`, or `-` for standard input. */
export async function readJson(session: Session, argument: string, option: string): Promise<Json> {
  const source = await readArgument(session, argument);
  try {
    return parseJson(source);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const where =
      argument === '-' ? 'standard input' : argument.startsWith('@') ? `"${argument.slice(1)}"` : option;
    throw new MembraneError('usage/json', `${where} is no valid JSON: ${jsonReason(source)}`, {
      hint: `text needs double quotes: ${option} '{"name": "Ada"}'; or give @FILE, or - for standard input`,
    });
  }
}

async function readArgument(session: Session, argument: string): Promise<string> {
  if (argument === '-') return readAll(session.io.stdin, session.signal);
  if (!argument.startsWith('@')) return argument;
  const file = resolve(session.cwd, argument.slice(1));
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new MembraneError('usage/file', `"${argument.slice(1)}" cannot be read`, {
      hint: 'check the path',
      cause: error,
    });
  }
}

async function readAll(stream: NodeJS.ReadStream, signal: AbortSignal): Promise<string> {
  const stop = () => void stream.destroy(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  let all = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) all += chunk as string;
  return all.replace(/^\uFEFF/, '');
}

/** Where JSON breaks, by line and column; never the text itself, which may be a secret. */
function jsonReason(source: string): string {
  const { offset, reason } = jsonFault(source);
  const before = source.slice(0, offset).split('\n');
  return source.trim() === ''
    ? reason
    : `${reason} at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

function assign(input: Json, assignment: string, schema: JsonSchema | undefined): Json {
  const equals = assignment.indexOf('=');
  if (equals < 1) {
    throw new MembraneError('usage/argument', `"${assignment.slice(0, 40)}" is no assignment`, {
      hint: '--set name=value, --set a.b=1',
    });
  }
  const path = parseLocator(assignment.slice(0, equals));
  const written = assignment.slice(equals + 1);
  return putAt(input, path, wantsText(schema, path) ? written : valueOf(written));
}

function wantsText(schema: Json | undefined, path: JsonPath): boolean {
  const [part, ...rest] = path;
  if (!isObject(schema)) return false;
  if (part === undefined) return schema['type'] === 'string';
  const properties = schema['properties'];
  const inner =
    typeof part === 'number' ? schema['items'] : isObject(properties) ? properties[part] : undefined;
  return wantsText(inner, rest);
}

function valueOf(written: string): Json {
  try {
    return parseJson(written);
  } catch {
    return written; // plain text, as people type it
  }
}

/** The same with a value at `path`; objects and lists on the way are made. */
export function putAt(target: Json | undefined, path: JsonPath, value: Json): Json {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (typeof part === 'number') {
    const list = Array.isArray(target) ? [...target] : [];
    if (part > list.length) {
      throw new MembraneError('usage/argument', `[${part}] is beyond the end of its list`, {
        hint: `set [${list.length}] first`,
      });
    }
    list[part] = putAt(list[part], rest, value);
    return list;
  }
  const object: JsonObject = isObject(target) ? { ...target } : {};
  const inner = Object.hasOwn(object, part) ? object[part] : undefined;
  // not by assignment, which "__proto__" would take for something else
  const property = { value: putAt(inner, rest, value), enumerable: true, configurable: true, writable: true };
  return Object.defineProperty(object, part, property);
}
