import type { RunContext } from '../../core/kind.js';

/** What reading and writing records takes of a run. */
export type RecordsContext = Pick<
  RunContext,
  'others' | 'variables' | 'validator' | 'warn' | 'pageGuard' | 'signal'
>;
