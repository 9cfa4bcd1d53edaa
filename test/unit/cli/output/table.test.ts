import { Chalk } from 'chalk';
import { expect, it } from 'vitest';
import { renderTable } from '../../../../src/cli/output/table.js';

const rows = [
  ['crm', 'READY', 'Main\naccount'],
  ['名前', 'CLIENT_ACTION_REQUIRED', '\u001B[31mred'],
];
const expected = [
  'KEY   STATE                   NAME',
  'crm   READY                   Main account',
  '名前  CLIENT_ACTION_REQUIRED  \uFFFD[31mred',
].join('\n');

it.each([
  ['a pipe', false],
  ['a terminal', true],
])('columns line up for %s', async (_, terminal) => {
  const style = { color: new Chalk({ level: 0 }), terminal, columns: 80 };
  expect(await renderTable(['key', 'state', 'name'], rows, style)).toBe(expected);
});
