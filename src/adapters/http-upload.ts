import type { ByteSource } from '../core/file.js';
import type { FormFile, FormPart, Upload } from '../core/ports.js';

/** What got is given for a body that is read as it is sent: never more of it in memory than a few pieces. */
export function uploadOptions(upload: Upload): {
  body: AsyncIterable<Uint8Array> | FormData;
  length?: number;
} {
  // got writes a form itself, through form-data-encoder, and says how long it is
  if (!('open' in upload)) return { body: formOf(upload) };
  return { body: piecesOf(upload), length: upload.size };
}

/** A generator: got knows a body to be read piece by piece by that. */
async function* piecesOf(source: ByteSource): AsyncGenerator<Uint8Array> {
  yield* source.open();
}

/** What the encoder of forms knows as a FormData. The platform's own takes no file that is still to be read. */
function formOf(parts: readonly FormPart[]): FormData {
  const entries = parts.map((part) => [part.name, 'file' in part ? fileOf(part.file) : part.value]);
  const form = {
    append: unused,
    getAll: (name: string) => entries.flatMap(([key, value]) => (key === name ? [value] : [])),
    entries: () => entries.values(),
    [Symbol.iterator]: () => entries.values(),
    [Symbol.toStringTag]: 'FormData',
  };
  return form as unknown as FormData; // as much of it as is asked for
}

function fileOf({ name, type, size, open }: FormFile): object {
  const stream = (): AsyncIterable<Uint8Array> => open();
  return { name, type, size, lastModified: 0, stream, [Symbol.toStringTag]: 'File' };
}

function unused(): void {
  // A form is told from other bodies by having this.
}
