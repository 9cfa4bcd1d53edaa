import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { codes } from '../src/core/codes.js';
import { repository } from './support/cli.js';

/** Codes that nothing gives yet: their checks or commands are still to come. */
const notYet: readonly string[] = [];

describe('codes', () => {
  const tests = readTree('test', /\.(ts|ya?ml|md|json)$/, ['codes.test.ts', 'conformance']);
  const source = readTree('src', /\.ts$/, ['codes.ts']);

  it('are each provoked by a fixture or a test', () => {
    const unproven = Object.keys(codes).filter((code) => !notYet.includes(code) && !tests.includes(code));
    expect(unproven).toEqual([]);
  });

  it('are each given by something', () => {
    const unused = Object.keys(codes).filter(
      (code) => !notYet.includes(code) && !source.includes(`'${code}'`),
    );
    expect(unused).toEqual([]);
  });

  it('are listed in docs/codes.md', () => {
    const file = path.join(repository, 'docs/codes.md');
    if (process.env['UPDATE'] === '1') writeFileSync(file, writePage());
    expect(readFileSync(file, 'utf8')).toBe(writePage());
  });
});

function writePage(): string {
  const rows = Object.entries(codes).map(
    ([code, { severity, exit, summary }]) => `| \`${code}\` | ${severity} | ${exit} | ${summary} |`,
  );
  return `# Codes

What can be wrong, by the code that stands in brackets and in \`--json\`. A code never changes its meaning. \`severity\` is
that of a problem in the project; \`exit\` is the exit code of a command that ends with it. This page is written by a test.

| code | severity | exit | means |
|---|---|---|---|
${rows.join('\n')}
`;
}

/** The text of every file of a folder, in one string. */
function readTree(folder: string, which: RegExp, without: readonly string[]): string {
  const root = path.join(repository, folder);
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => which.test(file) && !without.some((part) => file.includes(part)))
    .map((file) => readFileSync(path.join(root, file), 'utf8'))
    .join('\n');
}
