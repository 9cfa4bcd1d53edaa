import { execFile } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startCrm } from '../../examples/crm/server.mjs';
import { binFile, hermeticEnvironment, repository } from './cli.js';
import { copyProject } from './project.js';

/**
 * A scenario is a Markdown page that is run. Its fenced blocks say what to do:
 *
 *     ```setup          lines of: `copy FOLDER` (of this repository), `crm` (the example CRM listens at $CRM, and
 *                       answers a path with ?quirk=NAME in one of the ways below)
 *     ```file PATH      writes a file
 *     ```console        `$ command` lines, run by bash in the project folder, each followed by what came of it:
 *                       stdout as it is, stderr behind `2> `, an exit code other than 0 as `? CODE`
 *
 * A command goes on over lines that start with `> `. What differs from run to run is written as ID, TIME, N,
 * $CRM, $PROJECT.
 *
 * Gives the page as it would have to be: equal to `page` when all is well.
 */
export async function runScenario(page: string): Promise<string> {
  const world = await makeWorld();
  try {
    const lines = page.split('\n');
    const result: string[] = [];
    for (let index = 0; index < lines.length; index += 1) {
      const opening = /^```(setup|file|console)\b\s*(.*)$/.exec(lines[index] ?? '');
      result.push(lines[index] ?? '');
      if (opening === null) continue;
      const end = lines.indexOf('```', index + 1);
      if (end === -1) throw new Error(`the block in line ${index + 1} has no end`);
      const block = lines.slice(index + 1, end);
      const [, sort, argument = ''] = opening;
      if (sort === 'setup') for (const line of block) await world.setUp(line);
      if (sort === 'file') await world.write(argument, `${block.join('\n')}\n`);
      result.push(...(sort === 'console' ? await runConsole(block, world) : block), '```');
      index = end;
    }
    return result.join('\n');
  } finally {
    await world.end();
  }
}

interface World {
  setUp(line: string): Promise<void>;
  write(file: string, text: string): Promise<void>;
  run(command: string): Promise<{ code: number; stdout: string; stderr: string }>;
  end(): Promise<void>;
}

async function runConsole(block: readonly string[], world: World): Promise<string[]> {
  const result: string[] = [];
  for (let index = 0; index < block.length; index += 1) {
    if (!block[index]?.startsWith('$ ')) continue; // what was expected of the command before
    const command = [block[index]?.slice(2)];
    result.push(block[index] ?? '');
    while (block[index + 1]?.startsWith('> ')) {
      index += 1;
      command.push(block[index]?.slice(2));
      result.push(block[index] ?? '');
    }
    const { code, stdout, stderr } = await world.run(command.join('\n'));
    result.push(...linesOf(stdout), ...linesOf(stderr).map((line) => `2> ${line}`.trimEnd()));
    if (code !== 0) result.push(`? ${code}`);
  }
  return result;
}

async function makeWorld(): Promise<World> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'membrane-scenario-')));
  const [project, home, tools] = ['project', 'home', 'bin'].map((name) => path.join(folder, name)) as Three;
  for (const made of [project, home, tools]) await mkdir(made);
  await writeFile(path.join(tools, 'membrane'), `#!/bin/sh\nexec "${process.execPath}" "${binFile}" "$@"\n`);
  await chmod(path.join(tools, 'membrane'), 0o755);

  const env = hermeticEnvironment(home);
  env['PATH'] = `${tools}:${env['PATH']}`;
  const names: [string, string][] = [
    [project, '$PROJECT'],
    [home, '$HOME'],
    [repository, '$MEMBRANE'],
  ];
  const ends: (() => Promise<void>)[] = [];

  return {
    async setUp(line) {
      const [verb, argument = ''] = line.trim().split(/\s+/);
      if (verb === 'copy') await copyProject(path.join(repository, argument), project);
      else if (verb === 'crm') {
        const crm = await startCrm({ quirk: answerOddly });
        ends.push(crm.stop);
        env['CRM'] = crm.url;
        names.unshift([crm.url, '$CRM'], [new URL(crm.url).host, '$CRM_HOST']);
      } else throw new Error(`a scenario cannot set up "${line}"`);
    },
    async write(file, text) {
      await mkdir(path.dirname(path.join(project, file)), { recursive: true });
      await writeFile(path.join(project, file), text);
    },
    async run(command) {
      const result = await runShell(command, { cwd: project, env });
      return { ...result, stdout: normalise(result.stdout, names), stderr: normalise(result.stderr, names) };
    },
    async end() {
      for (const stop of ends) await stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** What APIs do on bad days, by the name in the query. */
const quirks: Readonly<Record<string, (response: ServerResponse) => void>> = {
  slow: () => undefined,
  busy: (response) => response.writeHead(429, { 'retry-after': '3600' }).end(),
  broken: (response) => response.writeHead(500).end('{"error": {"code": "oops", "message": "it broke"}}'),
  html: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Log in</html>'),
  half: (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"id": "1", "na'),
  cut: (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"id": ', () => response.destroy());
  },
  circle: (response) => response.writeHead(302, { location: '/me?quirk=circle' }).end(),
  refused: (response) => response.writeHead(401, { 'content-type': 'application/json' }).end('{}'),
};

function answerOddly(request: IncomingMessage, response: ServerResponse): boolean {
  const quirk = quirks[/[?&]quirk=(\w+)/.exec(request.url ?? '')?.[1] ?? ''];
  quirk?.(response);
  return quirk !== undefined;
}

type Three = [string, string, string];

function runShell(
  command: string,
  options: { cwd: string; env: Record<string, string> },
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'bash',
      ['-c', command],
      { ...options, timeout: 20_000 },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') {
          reject(new Error(`"${command}" did not end by itself: ${error.message}\n${stdout}${stderr}`));
        } else resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      },
    );
    child.stdin?.end();
  });
}

/** Takes out what differs from run to run: places, ids, times and durations. */
function normalise(text: string, names: readonly (readonly [string, string])[]): string {
  let plain = text;
  for (const [value, name] of names) plain = plain.replaceAll(value, name);
  return plain
    .replace(/\b(?=[0-9a-z]*\d)[0-9a-z]{26}\b/g, 'ID')
    .replace(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?Z?/g, 'TIME')
    .replace(/\b\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, 'TIME')
    .replace(/"(ms|time|createdAt|updatedAt|startedAt|endedAt|lastActiveAt)": ?\d+(\.\d+)?/g, '"$1": N')
    .replace(/\b\d+(\.\d+)? ?(ms|s)\b/g, 'N $2');
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
