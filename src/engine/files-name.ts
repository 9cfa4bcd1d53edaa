/**
 * What a server calls the file that it sends: by `Content-Disposition` (RFC 6266, with the names of RFC 8187), else
 * by the end of its address.
 */
export function nameOfDownload(disposition: string | undefined, url: URL): string {
  return nameIn(disposition ?? '') ?? endOf(url) ?? 'file';
}

function nameIn(disposition: string): string | undefined {
  const extended = /;\s*filename\*\s*=\s*([\w-]+)'[^']*'([^;\s"]+)/i.exec(disposition);
  if (extended !== null) {
    const name = decoded(extended[2] ?? '', extended[1] ?? '');
    if (name !== undefined) return name;
  }
  const quoted = /;\s*filename\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(disposition)?.[1];
  if (quoted !== undefined) return asUtf8(quoted.replace(/\\(.)/g, '$1'));
  return /;\s*filename\s*=\s*([^;\s"]+)/i.exec(disposition)?.[1];
}

function decoded(text: string, charset: string): string | undefined {
  try {
    if (/^utf-?8$/i.test(charset)) return decodeURIComponent(text);
    const bytes = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(parseInt(hex, 16)),
    );
    return new TextDecoder(charset).decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
  } catch (error) {
    // not encoded as it claims: the plain name is the better one
    if (error instanceof URIError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Node reads headers as Latin-1; many servers write UTF-8 there. */
function asUtf8(text: string): string {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return text;
    throw error;
  }
}

function endOf(url: URL): string | undefined {
  const last = url.pathname.split('/').at(-1) ?? '';
  const name = decoded(last, 'utf-8') ?? last;
  return name === '' ? undefined : name;
}
