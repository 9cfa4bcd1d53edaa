import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe } from 'vitest';

/** A D-Bus session with gnome-keyring, apart from the user's own. */
export interface Keyring {
  /** What a process needs to find it. */
  readonly env: Readonly<Record<string, string>>;
  /** Where it keeps its files; another keyring can go on with them. */
  readonly folder: string;
  /** Stops the daemon without ending it: it answers no more. */
  freeze(): void;
  /** Ends the session; its files stay until `remove`. */
  stop(): Promise<void>;
  remove(): void;
}

export interface KeyringOptions {
  /** Nobody has logged in. */
  readonly locked?: boolean;
  /** The folder of an earlier keyring. */
  readonly folder?: string;
}

/** The daemon starts on the first call by itself, locked; to unlock it here makes the login keyring. */
const session = `
printf '%s\\n' "$DBUS_SESSION_BUS_ADDRESS"
if [ "$1" = unlocked ]; then
  printf %s pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
fi
echo ready
exec cat >/dev/null
`;

export async function startKeyring(options: KeyringOptions = {}): Promise<Keyring> {
  const folder = options.folder ?? mkdtempSync(path.join(tmpdir(), 'membrane-keyring-'));
  const home = { HOME: folder, XDG_DATA_HOME: `${folder}/data`, XDG_RUNTIME_DIR: `${folder}/run` };
  for (const each of [home.XDG_DATA_HOME, home.XDG_RUNTIME_DIR])
    mkdirSync(each, { recursive: true, mode: 0o700 });
  const child = spawn(
    'dbus-run-session',
    ['--', 'bash', '-c', session, 'session', options.locked === true ? 'locked' : 'unlocked'],
    { env: { PATH: process.env.PATH, ...home }, stdio: ['pipe', 'pipe', 'ignore'] },
  );
  const ended = new Promise((resolve) => child.once('close', resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const address = (await lines.next()).value ?? '';
  await lines.next();
  const env = { ...home, DBUS_SESSION_BUS_ADDRESS: address };
  let frozen: number | undefined;
  return {
    env,
    folder,
    freeze() {
      frozen = daemonOf(env);
      process.kill(frozen, 'SIGSTOP');
    },
    async stop() {
      if (frozen !== undefined) process.kill(frozen, 'SIGKILL');
      child.stdin.end();
      await ended;
    },
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** Runs tests that need a keyring. Where none can be had they are skipped, but not in CI. */
export function describeWithKeyring(name: string, tests: () => void): void {
  const missing = ['dbus-run-session', 'gnome-keyring-daemon'].filter(
    (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status !== 0,
  );
  if (missing.length === 0) return void describe(name, tests);
  const reason = `${missing.join(' and ')} missing: apt-get install gnome-keyring dbus libsecret-1-0`;
  if (process.env.CI !== undefined) throw new Error(reason);
  console.warn(`skipped: ${name}: ${reason}`);
  describe.skip(name, tests);
}

function daemonOf(env: NodeJS.ProcessEnv): number {
  const ask = 'org.freedesktop.DBus.GetConnectionUnixProcessID';
  const args = [
    '--print-reply=literal',
    '--dest=org.freedesktop.DBus',
    '/',
    ask,
    'string:org.freedesktop.secrets',
  ];
  const reply = execFileSync('dbus-send', args, {
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
  });
  return Number(/\d+\s*$/.exec(reply)?.[0]);
}
