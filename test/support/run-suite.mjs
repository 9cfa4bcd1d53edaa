// Runs a suite with processes of its own, from the sources.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

/** Bundles `suite.ts` and `worker.ts` of a folder, runs the suite, and ends as it does. */
export async function runSuite(here) {
  // Inside of node_modules, so that the packages are found.
  const cache = path.resolve(here, '../../node_modules/.cache/membrane-test');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(path.join(cache, `${path.basename(here)}-`));
  const home = mkdtempSync(path.join(tmpdir(), 'membrane-home-'));
  try {
    await build({
      entryPoints: ['suite', 'worker'].map((name) => path.join(here, `${name}.ts`)),
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      target: 'node20',
      logLevel: 'warning',
    });
    const suite = spawn(process.execPath, [path.join(folder, 'suite.mjs'), ...process.argv.slice(2)], {
      stdio: 'inherit',
      env: { PATH: process.env.PATH, HOME: home, ...seedOf(process.env) },
    });
    process.exitCode = await new Promise((resolve) => suite.once('close', (code) => resolve(code ?? 1)));
  } finally {
    for (const made of [folder, home]) rmSync(made, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What choices a suite makes, where it draws lots. */
function seedOf({ FAULTS_SEED }) {
  return FAULTS_SEED === undefined ? {} : { FAULTS_SEED };
}
