import { open, rename, unlink } from 'node:fs/promises';

/**
 * Writes a file as a whole, mode 0600 unless another is given: whoever reads it sees the old content or the new
 * one, also when the writer is killed. The caller holds the lock of the file. Errors are those of the file system.
 */
export async function replaceFile(file: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  // In the same folder, because a rename is atomic within one file system only. What a killed writer left
  // there is overwritten.
  const draft = `${file}.tmp`;
  try {
    const handle = await open(draft, 'w', mode);
    try {
      await handle.writeFile(content);
      if (mode !== 0o600) await handle.chmod(mode); // the umask took its share when the file was opened
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
