import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { ByteSource } from '../core/file.js';
import { parseJson, type Json } from '../core/json.js';
import type { Upload } from '../core/ports.js';
import type { TapeBody } from '../core/tape.js';

/** A body as people read it; nothing for an empty one. */
export function readBody(body: string | Uint8Array | undefined, contentType = ''): TapeBody {
  if (body === undefined || body.length === 0) return {};
  const text = typeof body === 'string' ? body : utf8(body);
  if (text === undefined) return { base64: Buffer.from(body).toString('base64') };
  if (/^application\/x-www-form-urlencoded\b/i.test(contentType)) return { body: formFields(text) };
  if (/\bjson\b/i.test(contentType) || /^\s*[{[]/.test(text)) return jsonBody(text) ?? { text };
  return { text };
}

/** What is sent from files: a form as its fields, and of each file how it can be told from another one. */
export async function readUpload(upload: Upload): Promise<TapeBody> {
  if ('open' in upload) return { body: await fileFacts(upload) };
  const fields: Json[] = [];
  for (const part of upload) {
    if ('value' in part) fields.push({ name: part.name, value: part.value });
    else
      fields.push({
        name: part.name,
        fileName: part.file.name,
        type: part.file.type,
        ...(await fileFacts(part.file)),
      });
  }
  return { body: fields };
}

async function fileFacts(source: ByteSource): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  for await (const chunk of source.open()) hash.update(chunk);
  return { size: source.size, sha256: hash.digest('hex') };
}

/** The bytes that a body stands for, and what they are where nobody says it. */
export function writeBody({ body, text, base64 }: TapeBody): { bytes: Uint8Array; type?: string } {
  if (base64 !== undefined) return { bytes: Buffer.from(base64, 'base64'), type: 'application/octet-stream' };
  if (text !== undefined) return { bytes: Buffer.from(text), type: 'text/plain; charset=utf-8' };
  if (body !== undefined) return { bytes: Buffer.from(JSON.stringify(body)), type: 'application/json' };
  return { bytes: new Uint8Array() };
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined; // no text
  }
}

/** Undefined where the text is none. */
function jsonBody(text: string): TapeBody | undefined {
  try {
    return { body: parseJson(text) };
  } catch {
    return undefined;
  }
}

/** A field that is given several times is a list. */
function formFields(text: string): Json {
  const fields: Record<string, Json> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const before = fields[name];
    fields[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return fields;
}
