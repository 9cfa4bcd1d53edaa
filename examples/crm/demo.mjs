#!/usr/bin/env node
/**
 * The main job, end to end and without a terminal: starts the example CRM, checks the example project,
 * connects it with an API key and creates a contact, each through the real `membrane` command.
 *
 * Works in a temporary copy of the project with a home of its own: nothing of this clone or of your machine
 * is changed. Ends with 0 when every step did.
 */
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const bin = path.join(here, '../../bin/membrane.js');
const apiKey = 'demo-key'; // the server's default

const contact = { name: 'Katherine Johnson', email: 'katherine@orbit.example', newsletter: true };

async function main() {
  const folder = await mkdtemp(path.join(tmpdir(), 'membrane-example-'));
  const project = path.join(folder, 'project');
  const home = path.join(folder, 'home');
  await mkdir(home);
  await cp(here, project, { recursive: true, filter: (file) => path.basename(file) !== '.membrane' });

  const server = await startServer();
  const membrane = (args, input) => run(args, { cwd: project, home, input });
  try {
    await membrane(['validate']);
    await membrane(['connect', 'crm', '--input', '-'], JSON.stringify({ apiKey, baseUri: server.url }));
    await membrane(['action', 'run', 'create-contact', '--input', JSON.stringify(contact)]);
    await membrane(['action', 'run', 'list-contacts']);
    console.log('\nAll of it worked. `membrane logs` in a project of your own shows what was sent.');
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The server is a process of its own, like the API of anybody else. */
async function startServer() {
  const args = [path.join(here, 'server.mjs'), '--port', '0'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let printed = '';
  const url = await new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the example server did not start')));
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      const address = /http:\/\/\S+/.exec(printed);
      if (address !== null) resolve(address[0]);
    });
  });
  console.log(`$ node examples/crm/server.mjs --port 0\n${printed}`);
  return {
    url,
    stop: () => {
      child.kill();
      return ended;
    },
  };
}

/** Shows the command as one would type it, and its output as it comes. */
async function run(args, { cwd, home, input }) {
  const shown = args.map((arg) => (/^[\w./@-]+$/.test(arg) ? arg : `'${arg}'`)).join(' ');
  console.log(`$ ${input === undefined ? '' : 'cat credentials.json | '}membrane ${shown}`);
  const env = {
    PATH: process.env.PATH,
    SystemRoot: process.env.SystemRoot, // Windows opens no socket without it
    HOME: home,
    USERPROFILE: home,
    NO_COLOR: '1',
  };
  const child = spawn(process.execPath, [bin, ...args], { cwd, env, stdio: ['pipe', 'inherit', 'inherit'] });
  child.stdin.on('error', (error) => console.error(`its input could not be written: ${error.message}`));
  child.stdin.end(input ?? '');
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
  if (code !== 0) throw new Error(`"membrane ${shown}" ended with exit code ${code}`);
  console.log();
}

try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
