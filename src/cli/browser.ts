import { isSet } from './output/style.js';

/** Whether a browser that is opened here would be seen by who sits at the terminal. */
export function hasBrowser(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): boolean {
  if (isSet(env['BROWSER'])) return true;
  if (isSet(env['CI']) || isSet(env['SSH_CONNECTION']) || isSet(env['SSH_TTY'])) return false;
  if (platform !== 'linux') return true;
  return isSet(env['DISPLAY']) || isSet(env['WAYLAND_DISPLAY']) || isSet(env['WSL_DISTRO_NAME']);
}

/** Opens an address in the browser that `BROWSER` names, else in that of the desktop. Whether one could be started. */
export async function openBrowser(
  url: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<boolean> {
  const { default: open } = await import('open');
  const named = env['BROWSER'];
  try {
    // its exit code says nothing: some browsers end at once, some stay
    (await open(url, isSet(named) ? { app: { name: named as string } } : {})).once('error', () => undefined);
    return true;
  } catch {
    return false; // the address is on the screen, whatever the reason
  }
}
