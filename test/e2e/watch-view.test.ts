import { describe, expect, it } from 'vitest';
import { testProject, type TestProject } from '../support/project.js';
import { screenOf } from '../support/screen.js';
import { hasTerminal, openTerminal, type Terminal } from '../support/terminal.js';

const flow = (trigger: string): string => `enabled: true
nodes:
  start: {${trigger}, links: [{key: out}]}
  out: {type: transform-data, config: {output: 1}}
`;

const files = {
  'membrane.yaml': '',
  'flows/daily.yaml': flow("type: schedule-trigger, config: {cron: '0 0 1 1 *'}"),
  'flows/on-sign-up.yaml': flow('type: app-event-trigger, config: {appEvent: {key: signed-up}}'),
  'internal-events/signed-up.yaml': 'name: Signed up\n',
};

/** What stands there; times and ids differ from run to run. */
function shown(terminal: Terminal, columns: number): string[] {
  return screenOf(terminal.written(), columns)
    .replace(/\d\d:\d\d:\d\d/g, 'TIME')
    .replace(/\b[0-9a-z]{26}\b/g, 'ID')
    .replace(/in \d+ (d|h|min|s)/g, 'in N d')
    .replace(/now {2}|\d+ s ago/g, 'now  ')
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/ {2,}/g, '  ').trimEnd());
}

async function watched(
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<{ project: TestProject; terminal: Terminal }> {
  const project = await testProject(files);
  const terminal = openTerminal(project, ['watch', ...args], env);
  await terminal.shows('watching 2 subscriptions');
  return { project, terminal };
}

const emit = (project: TestProject) => project.run(['event', 'emit', 'signed-up', '--data', '{}']);

describe.skipIf(!hasTerminal)('watch at a terminal', () => {
  it('shows a table of what is watched, and what happens above it, until Ctrl-C', async () => {
    const { project, terminal } = await watched();
    await terminal.shows('flow/on-sign-up/start');
    await emit(project);
    await terminal.shows('completed');
    terminal.type('\u0003');
    expect(await terminal.ended).toBe(130);
    expect(shown(terminal, 200)).toEqual([
      'TIME  watching 2 subscriptions',
      'TIME  flow/on-sign-up/start: 1 delivered',
      'TIME  flow/on-sign-up: run ID completed',
      '',
      'SUBSCRIPTION  LAST  NEXT  EVENTS  PENDING  LAG',
      'flow/daily/start  now  in N d  0',
      'flow/on-sign-up/start  1',
      'stopped',
    ]);
    expect(terminal.written()).not.toContain('\u001B[?25l'); // a cursor that is not hidden need not be restored
  });

  it('fits a terminal that becomes narrower, and ends with SIGTERM', async () => {
    const { terminal } = await watched();
    await terminal.shows('flow/on-sign-up/start');
    const before = terminal.written().length;
    terminal.resize(34, 20);
    await terminal.shows('flow/on-sign-up…');
    terminal.kill('SIGTERM');
    expect(await terminal.ended).toBe(143);
    const frames = terminal.written().slice(before).split('\u001B[J').slice(1);
    const widths = frames.flatMap((frame) => screenOf(frame, 200).split('\n')).map((line) => line.length);
    expect(Math.max(...widths) <= 34).toBe(true);
  });

  it('prints lines where that is asked for, and where it is a terminal of CI', async () => {
    for (const [args, env] of [
      [['--lines'], {}],
      [[], { CI: 'true' }],
    ] as const) {
      const { project, terminal } = await watched(args, env);
      await emit(project);
      await terminal.shows('completed');
      terminal.type('\u0003');
      expect(await terminal.ended).toBe(130);
      expect(terminal.written()).not.toContain('SUBSCRIPTION');
    }
  });
});
