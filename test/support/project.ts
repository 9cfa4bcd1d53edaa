import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { runCli, type CliOptions, type CliResult } from './cli.js';

export interface TestProject {
  /** Absolute, without symbolic links. */
  readonly root: string;
  /** A home folder of its own, beside the project. */
  readonly home: string;
  path(file: string): string;
  read(file: string): Promise<string>;
  write(file: string, text: string): Promise<void>;
  /** Runs the real `membrane` in the project. */
  run(args: readonly string[], options?: Partial<CliOptions>): Promise<CliResult>;
}

export interface ProjectOptions {
  /** A folder whose content is copied first. */
  readonly copy?: string;
}

/**
 * A project in a folder of its own that goes away with the test. `files` are texts by path; without a
 * `membrane.yaml` among them, or with an empty map, the folder is no project.
 */
export async function testProject(
  files: Readonly<Record<string, string>>,
  options: ProjectOptions = {},
): Promise<TestProject> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'membrane-test-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const root = path.join(folder, 'project');
  const home = path.join(folder, 'home');
  await mkdir(root);
  await mkdir(home);
  if (options.copy !== undefined) await copyProject(options.copy, root);

  const project: TestProject = {
    root,
    home,
    path: (file) => path.join(root, file),
    read: (file) => readFile(path.join(root, file), 'utf8'),
    write: async (file, text) => {
      await mkdir(path.dirname(path.join(root, file)), { recursive: true });
      await writeFile(path.join(root, file), text);
    },
    run: (args, more = {}) => runCli(args, { cwd: root, home, ...more }),
  };
  for (const [file, text] of Object.entries(files)) await project.write(file, text);
  return project;
}

/** Copies the files of a project, without the state that it may have gathered. */
export function copyProject(from: string, to: string): Promise<void> {
  return cp(from, to, { recursive: true, filter: (file) => path.basename(file) !== '.membrane' });
}
