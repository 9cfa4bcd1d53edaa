import { MembraneError } from '../../core/error.js';
import { isObject, valueAt, type JsonObject, type JsonPath } from '../../core/json.js';
import type { OtherElement, Place } from '../../core/kind.js';
import type { Signature } from '../../core/webhook.js';
import { placesIn } from '../places.js';
import { anyFormula, choice, count, object, text, whenType } from '../schema-parts.js';

const types = ['github', 'stripe', 'slack', 'standard-webhooks', 'hmac'];

/** The schema of `signature`: how incoming webhooks are proven to be the sender's. */
export const signatureField: JsonObject = {
  ...object(
    'How incoming webhooks are proven to be from the external app; those that are not are refused before anything is read of them.',
    {
      type: choice(types, 'The scheme; "hmac" is any other one, which the other fields describe.'),
      secret: anyFormula(
        'The secret, or a list of several; it sees "state", "webhookSecret", "parameters", "credentials" and "connectorParameters".',
      ),
      header: text('The header that holds the signature.'),
      algorithm: choice(['sha1', 'sha256', 'sha384', 'sha512'], 'Default: sha256.'),
      encoding: choice(['hex', 'base64', 'base64url'], 'How the header writes the digest. Default: hex.'),
      prefix: text('Stands before the digest in the header: "sha256=".'),
      timestampHeader: text('The header that says when it was sent, in seconds or milliseconds since 1970.'),
      content: text(
        'What is signed; {timestamp}, {body}, {id}, {url} and {method} stand for these. Default: {body}.',
      ),
      idHeader: text('The header that names a delivery; a repeated one has the same.'),
      toleranceSeconds: count('How old a request may be that says when it was sent. Default: 300.', 1),
    },
    ['type', 'secret'],
  ),
  allOf: [whenType('hmac', { required: ['header'] })],
};

/** Places of the `signature` of a value. */
export function signaturePlaces(value: unknown): Place[] {
  return placesIn(value, { formulas: [['signature', 'secret']] });
}

/** The signature at a path of an element, its secret resolved; undefined where none is declared. */
export async function resolveSignature(
  element: OtherElement,
  at: JsonPath,
  args: Readonly<Record<string, unknown>>,
): Promise<Signature | undefined> {
  const declared = valueAt(element.value, at);
  if (!isObject(declared)) return undefined;
  const given = await element.resolve([...at, 'secret'], args);
  const secret = (Array.isArray(given) ? (given as unknown[]) : [given]).filter(
    (one) => typeof one === 'string' && one !== '',
  ) as string[];
  // The schema of the element was checked; what is left to know is the secret.
  if (secret.length > 0) return { ...(declared as unknown as Signature), secret };
  throw new MembraneError('webhook/signature', `the signature of "${element.key}" has no secret`, {
    hint: 'see what "signature.secret" is made of: is a parameter of the connector missing, or a part of the state?',
    span: element.locate([...at, 'secret']),
    class: 'configuration',
  });
}
