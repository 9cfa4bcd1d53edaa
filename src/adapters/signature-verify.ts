import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingRequest, Signature, Signatures, Verdict } from '../core/webhook.js';
import { headerOf, schemeOf, type Scheme } from './signature-verify-schemes.js';

const defaultToleranceSeconds = 300;
/** No sender has so many secrets at once; each costs a comparison. */
const maxSignatures = 16;

interface Proof {
  readonly signatures: readonly string[];
  readonly timestamp: string | undefined;
  readonly id: string | undefined;
}

/** Whether a request is the sender's: every secret is tried with every signature, in constant time. */
export const verifySignature: Signatures['verify'] = (signature, request, now, url): Verdict => {
  const secrets = [signature.secret].flat();
  // anybody can sign with an empty key
  if (secrets.length === 0 || secrets.some((secret) => secret === ''))
    return refused('the secret of its signature is not set');
  const scheme = schemeOf(signature);
  const proof = readProof(scheme, request);
  if ('why' in proof) return refused(proof.why);
  const late = lateness(signature, proof, now);
  if (late !== undefined) return refused(late);
  const parts = contentParts(scheme, proof, request, url);
  let matches = false;
  for (const secret of secrets) {
    const key = scheme.key(secret);
    if (key.length === 0) return refused('the secret of its signature is not set');
    const right = digestOf(scheme, key, parts);
    for (const given of proof.signatures) matches = isEqual(scheme, given, right) || matches;
  }
  if (!matches) return refused('the signature is not right');
  return { ok: true, ...(proof.id === undefined ? {} : { deliveryId: proof.id }) };
};

function refused(why: string): Verdict {
  return { ok: false, why };
}

function readProof(scheme: Scheme, request: IncomingRequest): Proof | { readonly why: string } {
  const { header, prefix, content, timestampHeader, idHeader } = scheme;
  const value = headerOf(request, header);
  if (value === undefined) return { why: `the header "${header}" is missing` };
  const read = scheme.read(value);
  const signatures = read.signatures
    .filter((one) => one.startsWith(prefix) && one.length > prefix.length)
    .map((one) => one.slice(prefix.length));
  if (signatures.length === 0 || signatures.length > maxSignatures)
    return { why: `the header "${header}" holds no signature as it should be` };
  const timestamp = headerOf(request, timestampHeader) ?? read.timestamp;
  if (timestamp === undefined && timestampHeader !== undefined)
    return { why: `the header "${timestampHeader}" is missing` };
  const id = headerOf(request, idHeader) || undefined;
  if (id === undefined && content.includes('{id}'))
    return { why: `the header "${idHeader ?? 'with the id of the delivery'}" is missing` };
  return { signatures, timestamp, id };
}

/** Why the time of a request does not do: old requests may be recorded ones. */
function lateness(
  { toleranceSeconds = defaultToleranceSeconds }: Signature,
  { timestamp }: Proof,
  now: number,
): string | undefined {
  if (timestamp === undefined) return undefined;
  if (!/^\d{1,16}$/.test(timestamp)) return 'the time of the request is no number';
  const time = Number(timestamp);
  const age = Math.round((now - (time > 1e11 ? time : time * 1000)) / 1000);
  if (Math.abs(age) <= toleranceSeconds) return undefined;
  const off = age > 0 ? `${age} s ago` : `in ${-age} s`;
  return `the time of the request is ${off}, and ${toleranceSeconds} s are allowed`;
}

/** What is signed, in pieces: the body is bytes, and never a text on the way. */
function contentParts(
  { content }: Scheme,
  { timestamp = '', id = '' }: Proof,
  { method, body }: IncomingRequest,
  url: string,
): (string | Uint8Array)[] {
  const values: Record<string, string | Uint8Array> = {
    '{timestamp}': timestamp,
    '{body}': body,
    '{id}': id,
    '{url}': url,
    '{method}': method,
  };
  return content.split(/(\{(?:timestamp|body|id|url|method)\})/).map((part) => values[part] ?? part);
}

function digestOf(
  { algorithm, encoding }: Scheme,
  key: string | Uint8Array,
  parts: readonly (string | Uint8Array)[],
) {
  const hmac = createHmac(algorithm, key);
  for (const part of parts) hmac.update(part);
  return hmac.digest(encoding);
}

function isEqual({ encoding }: Scheme, given: string, right: string): boolean {
  const [one, other] = [given, right].map((text) => Buffer.from(spelled(encoding, text)));
  return (
    one !== undefined && other !== undefined && one.length === other.length && timingSafeEqual(one, other)
  );
}

/** Hex comes in both cases, and base64 with and without its end. */
function spelled(encoding: Scheme['encoding'], text: string): string {
  return encoding === 'hex' ? text.toLowerCase() : text.replace(/={1,2}$/, '');
}
