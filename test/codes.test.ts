import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { explanationOf } from '../src/cli/explanations/index.js';
import { explainInMarkdown } from '../src/cli/explanations/render.js';
import { codes, type Code } from '../src/core/codes.js';
import { repository } from './support/cli.js';

/** Codes that nothing gives yet: their checks or commands are still to come. */
const notYet: readonly string[] = [];

describe('codes', () => {
  const tests = readTree('test', /\.(ts|ya?ml|md|json)$/, ['codes.test.ts', 'conformance', 'explain.md']);
  const source = readTree('src', /\.ts$/, ['codes.ts', 'explanations']);

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

  it('are listed in docs/codes.md', async () => {
    const file = path.join(repository, 'docs/codes.md');
    const page = await writePage();
    if (process.env['UPDATE'] === '1') writeFileSync(file, page);
    expect(readFileSync(file, 'utf8')).toBe(page);
  });
});

async function writePage(): Promise<string> {
  const rows = Object.entries(codes).map(
    ([code, { severity, exit, summary }]) =>
      `| [\`${code}\`](#${anchorOf(code)}) | ${severity} | ${exit} | ${summary} |`,
  );
  const sections = await Promise.all(
    (Object.keys(codes) as Code[]).map(
      async (code) => `## ${code}\n\n${explainInMarkdown(code, await explanationOf(code))}`,
    ),
  );
  return `# Codes

What can be wrong, by the code that stands in brackets and in \`--json\`. A code never changes its meaning. \`severity\` is
that of a problem in the project; \`exit\` is the exit code of a command that ends with it. \`membrane explain CODE\` says
the same. This page is written by a test.

| code | severity | exit | means |
|---|---|---|---|
${rows.join('\n')}

${sections.join('\n\n')}
`;
}

/** As GitHub makes them from headings. */
function anchorOf(code: string): string {
  return code.replaceAll('/', '');
}

/** The text of every file of a folder, in one string. */
function readTree(folder: string, which: RegExp, without: readonly string[]): string {
  const root = path.join(repository, folder);
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => which.test(file) && !without.some((part) => file.includes(part)))
    .map((file) => readFileSync(path.join(root, file), 'utf8'))
    .join('\n');
}
