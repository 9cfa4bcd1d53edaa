import type { SecretAddress } from '../core/ports.js';

/**
 * `TENANT/CONNECTION/PART`, each piece percent-encoded, so that no two addresses give the same text. The
 * tilde is encoded too: what is stored beside a secret puts one behind its address.
 */
export function formatAddress({ tenant, connection, part }: SecretAddress): string {
  return [tenant, connection, part].map(encodePiece).join('/');
}

function encodePiece(piece: string): string {
  return encodeURIComponent(piece).replaceAll('~', '%7E');
}
