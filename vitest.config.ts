import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { kinds } from './src/elements/index.js';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

export default defineConfig({
  // what the build puts into the program
  define: {
    MEMBRANE_VERSION: JSON.stringify(version),
    MEMBRANE_BUILD: JSON.stringify('sources'),
    MEMBRANE_KINDS: JSON.stringify(kinds.map(({ name }) => name)),
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/support/summary-reporter.ts'],
  },
});
