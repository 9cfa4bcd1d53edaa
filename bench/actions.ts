import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnv, compare, root, timeProcess, type Figure } from './measure.js';

const runs = 1000;

/** One action run as a process, and a thousand in one process, against a hand-written script with got. */
export async function benchActions(): Promise<Figure[]> {
  const server = await startServer();
  const folder = mkdtempSync(join(tmpdir(), 'membrane-bench-'));
  try {
    return await measure(server.address, folder);
  } finally {
    server.process.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(address: string, folder: string): Promise<Figure[]> {
  const project = join(folder, 'project');
  await cp(join(root, 'examples/crm'), project, { recursive: true });
  const secrets = {
    MEMBRANE_SECRETS: 'env',
    MEMBRANE_SECRET_CRM_APIKEY: 'demo-key',
    MEMBRANE_SECRET_CRM_BASEURI: address,
  };
  const env = cleanEnv(secrets);
  const script = join(root, 'dist/bench/got-script.mjs');
  writeFileSync(script, gotScript);
  const whole = await compare(
    15,
    () =>
      timeProcess([join(root, 'bin/membrane.js'), 'action', 'run', 'get-contact', '--set', 'id=1'], {
        cwd: project,
        env,
      }),
    () => timeProcess([script, address, '1'], { env }),
  );
  const { openMembrane } = (await import(
    join(root, 'dist/lib/membrane.js')
  )) as typeof import('../src/membrane.js');
  const membrane = await openMembrane({ cwd: project, env: secrets });
  const loop = (await import(script)) as { loop: (address: string, count: number) => Promise<void> };
  const inside = await compare(
    5,
    () => throughput(() => loopRuns(membrane)),
    () => throughput(() => loop.loop(address, runs)),
  );
  await membrane.close();
  return [
    {
      name: 'action run, whole process (floor: script with got)',
      ...whole,
      ratio: whole.value / whole.floor,
      unit: 'ms',
      aim: '≤ 1.0',
    },
    {
      name: `${runs} action runs in one process (floor: got loop)`,
      ...inside,
      ratio: inside.value / inside.floor,
      unit: '/s',
      aim: '≥ 0.8',
    },
  ];
}

async function loopRuns(
  membrane: Awaited<ReturnType<typeof import('../src/membrane.js').openMembrane>>,
): Promise<void> {
  for (let i = 0; i < runs; i += 1) await membrane.actions.run('get-contact', { input: { id: '1' } });
}

async function throughput(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (runs * 1000) / (performance.now() - started);
}

function startServer(): Promise<{ address: string; process: ChildProcess }> {
  const child = spawn(
    process.execPath,
    [join(root, 'examples/crm/server.mjs'), '--port', '0', '--api-key', 'demo-key'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout?.once('data', (text: Buffer) => {
      const address = /http:\/\/[\d.:]+/.exec(text.toString())?.[0];
      if (address === undefined) reject(new Error(`no address in: ${text.toString()}`));
      else resolve({ address, process: child });
    });
  });
}

const gotScript = `import got from 'got';
const api = (address) => got.extend({ prefixUrl: address, headers: { 'x-api-key': 'demo-key' }, responseType: 'json', retry: { limit: 0 } });
export async function loop(address, count) {
  const client = api(address);
  for (let i = 0; i < count; i += 1) await client.get('contacts/1');
}
if (process.argv[3] !== undefined && process.argv[1] === import.meta.filename) {
  const { body } = await api(process.argv[2]).get('contacts/' + process.argv[3]);
  console.log(JSON.stringify(body, null, 2));
}
`;
