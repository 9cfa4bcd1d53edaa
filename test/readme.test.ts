import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { repository } from './support/cli.js';

const read = (file: string) => readFileSync(path.join(repository, file), 'utf8');

it('CI runs the two commands that the README opens with', () => {
  const firstBlock = /```sh\n([\s\S]*?)```/.exec(read('README.md'))?.[1] ?? '';
  const commands = firstBlock
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '');
  expect(commands).toHaveLength(2);
  expect(
    read('.ci/run')
      .split('\n')
      .filter((line) => line.startsWith('npm')),
  ).toEqual(commands);
});

it('links of the documents go somewhere', () => {
  const documents = [
    'README.md',
    'CONTRIBUTING.md',
    'docs/architecture.md',
    'docs/glossary.md',
    'docs/guarantees.md',
  ];
  const dead = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\((?!https?:|#)([^)#]+)(#[^)]*)?\)/g)]
      .map(([, target = '']) => path.join(path.dirname(document), target))
      .filter((target) => !existsSync(path.join(repository, target)))
      .map((target) => `${document}: ${target}`),
  );
  expect(dead).toEqual([]);
});
