import { open, rename, unlink } from 'node:fs/promises';

/**
 * Writes a file as a whole, mode 0600: whoever reads it sees the old content or the new one, also when the
 * writer is killed. The caller holds the lock of the file. Errors are those of the file system.
 */
export async function replaceFile(file: string, content: string | Uint8Array): Promise<void> {
  // In the same folder, because a rename is atomic within one file system only. What a killed writer left
  // there is overwritten.
  const draft = `${file}.tmp`;
  try {
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (cause) {
    await unlink(draft).catch(() => undefined);
    throw cause;
  }
}
