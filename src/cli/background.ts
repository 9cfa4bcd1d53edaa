import { MembraneError } from '../core/error.js';
import type { Session } from './session.js';

/** Starts another command of this program that goes on when this one has ended. Rejects with `usage/command` where it cannot start. */
export async function startInBackground(session: Session, args: readonly string[]): Promise<void> {
  const { spawn } = await import('node:child_process');
  const program = process.argv[1];
  const tenant = session.tenant === undefined ? [] : ['--tenant', session.tenant];
  const child = spawn(process.execPath, [...(program === undefined ? [] : [program]), ...args, ...tenant], {
    cwd: session.cwd,
    env: { ...session.io.env, CI: 'true' },
    detached: true,
    stdio: 'ignore',
  });
  await new Promise<void>((started, failed) => {
    child.once('spawn', () => started());
    child.once('error', (cause) =>
      failed(
        new MembraneError('usage/command', 'it cannot be started in the background', {
          cause,
          hint: 'leave out --detach',
        }),
      ),
    );
  });
  child.unref();
}
