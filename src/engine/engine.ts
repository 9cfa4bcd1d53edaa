import type { AuthType } from '../core/auth.js';
import type { Emit } from '../core/event.js';
import type { FunctionType } from '../core/function.js';
import type { Kind } from '../core/kind.js';
import type { Ports } from '../core/ports.js';
import type { Project } from '../core/project.js';
import type { NodeAnswers } from '../core/tape.js';
import type { DryRun } from './dry-run.js';
import type { RunLog } from './run-log.js';

/** All that the engine works with. It knows the contracts of kinds, functions and authentication, none by name. */
export interface Engine {
  readonly project: Project;
  readonly kinds: readonly Kind[];
  readonly functionTypes: readonly FunctionType[];
  readonly authTypes: readonly AuthType[];
  readonly ports: Ports;
  readonly emit: Emit;
  readonly runLog: RunLog;
  /** Everything that is read, run and written belongs to this tenant. */
  readonly tenant: string;
  /** The secret store of new connections. */
  readonly secrets: 'keychain' | 'file' | 'env';
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What nodes give in the place of being run, in a test that says so. */
  readonly nodeAnswers?: NodeAnswers | undefined;
  /** It only tries something: what it stores is gone afterwards, and nobody is told of it. */
  readonly aside?: boolean | undefined;
  /** Nothing is to be changed anywhere: only what would have been is noted. */
  readonly dryRun?: DryRun | undefined;
}
