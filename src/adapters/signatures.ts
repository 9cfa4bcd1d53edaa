import type { Signatures } from '../core/webhook.js';
import { signSignature } from './signature-sign.js';
import { verifySignature } from './signature-verify.js';

/** Proofs of who sent a request: those of others are checked, ours are made. */
export function createSignatures(): Signatures {
  return { verify: verifySignature, sign: signSignature };
}
