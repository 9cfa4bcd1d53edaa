import type { Ids } from '../core/ports.js';
import { openJsonFile } from './json-file.js';

interface Content {
  readonly id?: string;
}

/** The id that tells the secrets of this project from those of others on the same machine. */
export interface ProjectId {
  /** Undefined while the project has none. */
  read(): Promise<string | undefined>;
  /** Gives the id, and makes it on the first call; of several at once all give the same. */
  ensure(): Promise<string>;
}

/** The id in `.membrane/project.json`. `root`: the folder of the project. */
export function openProjectId(root: string, ids: Ids): ProjectId {
  const file = openJsonFile<Content>(root, {
    name: 'project.json',
    empty: () => ({}),
    fits: ({ id }) => typeof id === 'string' && /^[0-9a-z]{26}$/.test(id),
  });

  return {
    async read() {
      return (await file.read()).id;
    },
    async ensure() {
      let { id } = await file.read();
      if (id !== undefined) return id;
      await file.update((content) => {
        id = content.id ?? ids.next();
        return content.id === undefined ? { id } : content;
      });
      return id as unknown as string; // set by the update
    },
  };
}
