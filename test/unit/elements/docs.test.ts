import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { functionTypes, kinds } from '../../../src/elements/index.js';
import { functionsPage, indexPage, kindPage } from './kind-page.js';

const docs = path.resolve(import.meta.dirname, '../../../docs/kinds');
const pages: Record<string, string> = {
  'README.md': indexPage(kinds),
  'functions.md': functionsPage(functionTypes),
  ...Object.fromEntries(kinds.map((kind) => [`${kind.name}.md`, kindPage(kind)])),
};

if (process.env['UPDATE'] === '1') {
  mkdirSync(docs, { recursive: true });
  for (const [name, text] of Object.entries(pages)) writeFileSync(path.join(docs, name), text);
}

it('docs/kinds holds these pages and no others', () => {
  expect(readdirSync(docs).sort()).toEqual(Object.keys(pages).sort());
});

it.each(Object.keys(pages))('docs/kinds/%s says what the source says (UPDATE=1 writes it)', (name) => {
  expect(readFileSync(path.join(docs, name), 'utf8')).toBe(pages[name]);
});
