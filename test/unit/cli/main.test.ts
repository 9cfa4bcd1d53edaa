import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.js';
import { fakeIo } from './fake-io.js';

const folder = mkdtempSync(join(tmpdir(), 'membrane-main-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'project/actions'), { recursive: true });
writeFileSync(join(folder, 'project/membrane.yaml'), '');
writeFileSync(join(folder, 'project/actions/a.yaml'), 'typ: http-request\n');

describe('used rightly', () => {
  it('prints the version', async () => {
    expect(await run('--version')).toMatchObject({ exit: 0, stderr: '' });
    expect((await run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([[['--help']], [[]], [['action']], [['action', 'run', '--help']]])('helps: %j', async (argv) => {
    const { exit, stdout, stderr } = await run(...argv);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: membrane/);
  });

  it('runs a command, with its result on stdout', async () => {
    expect(await run('formula', 'eval', '{"$concat": ["a", "b"]}')).toEqual({
      exit: 0,
      stdout: '"ab"\n',
      stderr: '',
    });
  });

  it('prints nothing for a formula without a value', async () => {
    expect(await run('formula', 'eval', '{"$var": "gone"}')).toEqual({ exit: 0, stdout: '', stderr: '' });
  });

  it.each([
    [['--json', 'formula', 'eval', '1']],
    [['formula', 'eval', '1', '--json']],
    [['formula', 'eval', '--format', 'json', '1']],
    [['formula', '--format=json', 'eval', '1']],
  ])('takes global options anywhere: %j', async (argv) => {
    const { exit, stdout } = await run(...argv);
    expect({ exit, document: JSON.parse(stdout) as unknown }).toEqual({
      exit: 0,
      document: { format: 1, ok: true, data: 1, diagnostics: [] },
    });
  });
});

describe('used wrongly', () => {
  it.each([
    [['valdate'], 'usage/command', 'no command "valdate"', 'did you mean "validate"?'],
    [['action', 'rnu'], 'usage/command', 'no command "rnu"', 'did you mean "run"?'],
    [['nonsense'], 'usage/command', 'no command "nonsense"', 'see "membrane --help"'],
    [['--jsn'], 'usage/command', 'unknown option "--jsn"', 'did you mean "--json"?'],
    [
      ['connect'],
      'usage/command',
      'missing required argument "integration"',
      'add --help to see how it is used',
    ],
    [['formula', 'eval'], 'usage/argument', 'no formula is given', 'give one, or --batch FILE'],
    [['completion', 'zhs'], 'usage/argument', 'no completion for "zhs"', 'did you mean "zsh"?'],
  ])('%j ends with 2', async (argv, code, message, help) => {
    expect(await run(...argv)).toEqual({
      exit: 2,
      stdout: '',
      stderr: `error[${code}]: ${message}\n   = help: ${help}\n`,
    });
  });

  it('says so in one document with --json', async () => {
    const { exit, stdout, stderr } = await run('--json', 'valdate');
    expect({ exit, stderr, document: JSON.parse(stdout) as unknown }).toEqual({
      exit: 2,
      stderr: '',
      document: {
        format: 1,
        ok: false,
        error: { code: 'usage/command', message: 'no command "valdate"', hint: 'did you mean "validate"?' },
        diagnostics: [],
      },
    });
  });
});

describe('a project', () => {
  it('that is not there ends with 3', async () => {
    const { exit, stdout, stderr } = await run('tenant', 'list');
    expect({ exit, stdout }).toEqual({ exit: 3, stdout: '' });
    expect(stderr.split('\n')[0]).toMatch(/^error\[project\/not-found\]: /);
  });

  it('with an error ends with 3, and shows the file as seen from --cwd', async () => {
    expect(await run('validate', '-C', 'project')).toEqual({
      exit: 3,
      stdout: [
        'error[schema/unknown-field]: unknown field "typ"',
        '  --> actions/a.yaml:1:1',
        '   |',
        ' 1 | typ: http-request',
        '   | ^^^',
        '   = help: did you mean "type"?',
        '',
        '1 error, 0 warnings (1 element in 1 file)',
        '',
      ].join('\n'),
      stderr: '',
    });
  });

  it('without a connection ends with 4', async () => {
    const { exit, stdout, stderr } = await run('connection', 'show', 'crm', '-C', 'project');
    expect({ exit, stdout }).toEqual({ exit: 4, stdout: '' });
    expect(stderr.split('\n')[0]).toBe('error[connection/unknown]: no connection "crm"');
  });
});

async function run(...argv: string[]): Promise<{ exit: number; stdout: string; stderr: string }> {
  const io = fakeIo({ cwd: folder });
  const exit = await main(argv, io);
  return { exit, ...io.written };
}
