// Bundles the benchmarks and runs them: `npm run bench`, or `npm run bench -- startup validate` for some.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const outfile = `${here}../dist/bench/index.mjs`;
await build({
  entryPoints: [`${here}index.ts`],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'error',
});
const { main } = await import(outfile);
await main(process.argv.slice(2));
