import { expect, it } from 'vitest';
import { transpile } from '../../../src/adapters/sandbox-typescript.js';

it('takes the types out, and knows where places were written', async () => {
  const typed =
    'type A = { b: string };\n\nexport default (a: A, c?: number): string => {\n  const d: A = a as A; return d.b;\n};\n';
  const made = await transpile(typed);
  if ('problem' in made) throw new Error(made.problem.message);
  const places = ['export', 'const', 'return', 'd.b'].map((word) => {
    const before = made.code.slice(0, made.code.indexOf(word)).split('\n');
    const { line, column } = made.origin({ line: before.length, column: (before.at(-1) ?? '').length + 1 });
    return typed.split('\n')[line - 1]?.slice(column - 1, column - 1 + word.length);
  });
  expect(places).toEqual(['export', 'const', 'return', 'd.b']);
  expect(made.code).not.toMatch(/: (A|number|string)|as A|type A/);
});

it.each([
  ['export default function (a: string) {\n  const = 1;\n}', 'Unexpected token', 2, 9],
  ['export default (a: string) => {\n  const = 1;\n};', 'Unexpected token', 2, 9],
  ['export default (a: string): number => { const = 1; };', 'Unexpected token', 1, 47],
  [
    'export default (a: string) => {\n  return [1].map((n: number) => n +* 2);\n};',
    'Unexpected token',
    2,
    36,
  ],
  [
    'export default async (\n  { a }: { a: string },\n) => {\n  return a +* 1;\n};',
    'Unexpected token',
    4,
    13,
  ],
])('says where the syntax is wrong: %j', async (code, message, line, column) => {
  expect(await transpile(code)).toEqual({ problem: { message, at: { line, column } } });
});
