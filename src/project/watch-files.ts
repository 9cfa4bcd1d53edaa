import { watch, type FSWatcher } from 'chokidar';
import { once } from 'node:events';
import { basename } from 'node:path';

/** Changes that come one after the other, as an editor or git makes them, are one. */
const quietMs = 100;

export interface FileChanges {
  /** Absolute paths of what has changed since it was asked for last. Rejects with the reason of the signal. */
  next(): Promise<string[]>;
  close(): Promise<void>;
}

/** Looks at the files of a project from the moment on when this resolves. */
export async function watchFiles(root: string, signal: AbortSignal): Promise<FileChanges> {
  const watcher = watch(root, { ignoreInitial: true, ignored: isOthers(root) });
  const changed = new Set<string>();
  watcher.on('all', (_event, file) => void changed.add(file));
  try {
    await once(watcher, 'ready', { signal });
  } catch (error) {
    await watcher.close();
    throw signal.aborted ? signal.reason : error;
  }
  return { next: () => nextChanges(watcher, changed, signal), close: () => watcher.close() };
}

async function nextChanges(watcher: FSWatcher, changed: Set<string>, signal: AbortSignal): Promise<string[]> {
  while (changed.size === 0) {
    signal.throwIfAborted();
    await once(watcher, 'all', { signal }).catch(() => undefined); // the signal says why
  }
  for (let seen = -1; seen !== changed.size;) {
    seen = changed.size;
    await new Promise((resolve) => void setTimeout(resolve, quietMs));
  }
  signal.throwIfAborted();
  const files = [...changed].sort();
  changed.clear();
  return files;
}

/** What belongs to git, to npm or to our own state, and what no project is made of. */
function isOthers(root: string): (file: string, stats?: { isFile(): boolean }) => boolean {
  return (file, stats) => {
    if (file === root) return false;
    const name = basename(file);
    if (name.startsWith('.') || name === 'node_modules') return true;
    return stats?.isFile() === true && !/\.(?:ya?ml|json|[jt]s)$/.test(name);
  };
}
