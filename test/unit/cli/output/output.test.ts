import { describe, expect, it } from 'vitest';
import type { Result } from '../../../../src/cli/command.js';
import { openOutput, type OutputOptions } from '../../../../src/cli/output/output.js';
import { diagnostic } from '../../../../src/core/diagnostic.js';
import { MembraneError } from '../../../../src/core/error.js';
import { fakeIo, type FakeIo } from '../fake-io.js';

const place = { file: '/p/actions/a.yaml', line: 2, column: 3, endLine: 2, endColumn: 6 };
const warning = diagnostic('flow/unreachable', 'nothing reaches "x"', place, {
  help: 'link to it',
  ref: 'flow/a',
  related: [{ ...place, file: '/p/b.yaml', message: 'here' }],
});

describe('a result', () => {
  it('is text on stdout, with the talk on stderr', async () => {
    const io = await printed({ data: 1, human: () => 'one', note: 'next: two', diagnostics: [warning] });
    expect(io.written.stdout).toBe('one\n');
    expect(io.written.stderr).toBe(
      [
        'warning[flow/unreachable]: nothing reaches "x"',
        '  --> actions/a.yaml:2:3',
        '  ::: b.yaml:2:3 here',
        '   = help: link to it',
        '',
        'next: two',
        '',
      ].join('\n'),
    );
  });

  it('is its data where there is no text, and nothing where there is no data', async () => {
    expect((await printed({ data: { a: [1] } })).written.stdout).toBe('{\n  "a": [\n    1\n  ]\n}\n');
    expect((await printed({ data: undefined })).written).toEqual({ stdout: '', stderr: '' });
  });

  it('is one document with --json', async () => {
    const { written } = await printed({ data: { a: 1 }, note: 'next', diagnostics: [warning] }, json);
    expect(written.stderr).toBe('');
    expect(JSON.parse(written.stdout)).toEqual({
      format: 1,
      ok: true,
      data: { a: 1 },
      diagnostics: [
        {
          code: 'flow/unreachable',
          severity: 'warning',
          message: 'nothing reaches "x"',
          help: 'link to it',
          ref: 'flow/a',
          file: 'actions/a.yaml',
          line: 2,
          column: 3,
          endLine: 2,
          endColumn: 6,
          related: [{ file: 'b.yaml', line: 2, column: 3, message: 'here' }],
        },
      ],
    });
  });

  it('holds null where there is no data, and is not ok when the command fails', async () => {
    const { written } = await printed({ data: undefined, exit: 3 }, json);
    expect(JSON.parse(written.stdout)).toEqual({ format: 1, ok: false, data: null, diagnostics: [] });
  });
});

describe('a failure', () => {
  const failure = new MembraneError('http/status', 'the API answered with 404', {
    hint: 'look at the path',
    class: 'bad_request',
    key: 'not_found',
    data: { status: 404 },
    span: place,
    diagnostics: [warning],
  });

  it('is said on stderr, after what caused it', async () => {
    const { written } = await failed(failure);
    expect(written.stdout).toBe('');
    expect(written.stderr).toBe(
      [
        'warning[flow/unreachable]: nothing reaches "x"',
        '  --> actions/a.yaml:2:3',
        '  ::: b.yaml:2:3 here',
        '   = help: link to it',
        '',
        'error[http/status]: the API answered with 404',
        '  --> actions/a.yaml:2:3',
        '   = help: look at the path',
        '',
      ].join('\n'),
    );
  });

  it('is one document with --json', async () => {
    const { written } = await failed(failure, json);
    expect(written.stderr).toBe('');
    const document = JSON.parse(written.stdout) as { error: unknown; diagnostics: unknown[] };
    expect({ ...document, diagnostics: document.diagnostics.length }).toEqual({
      format: 1,
      ok: false,
      error: {
        code: 'http/status',
        message: 'the API answered with 404',
        hint: 'look at the path',
        class: 'bad_request',
        key: 'not_found',
        data: { status: 404 },
        file: 'actions/a.yaml',
        line: 2,
        column: 3,
      },
      diagnostics: 1,
    });
  });

  it('always has the three keys of an error', async () => {
    const { written } = await failed(new MembraneError('run/failed', 'it failed'), json);
    expect(JSON.parse(written.stdout)).toEqual({
      format: 1,
      ok: false,
      error: { code: 'run/failed', message: 'it failed', hint: null },
      diagnostics: [],
    });
  });

  it('of ours shows its stack and asks for a report', async () => {
    const fault = Object.assign(new TypeError('x is not a function'), { stack: 'TypeError: x\n    at y' });
    expect((await failed(fault)).written).toEqual({
      stdout: '',
      stderr:
        'TypeError: x\n    at y\n\nThis is a fault in membrane. Please report it, with what is above and what you did.\n',
    });
    const { written } = await failed(fault, json);
    expect(written.stderr).toBe('TypeError: x\n    at y\n');
    expect(JSON.parse(written.stdout)).toEqual({
      format: 1,
      ok: false,
      error: { code: 'fault', message: 'x is not a function', hint: 'please report it' },
      diagnostics: [],
    });
  });
});

describe('colour', () => {
  it.each([
    ['a pipe has none', {}, plain(), false],
    ['FORCE_COLOR wants some', { FORCE_COLOR: '1' }, plain(), true],
    ['FORCE_COLOR=0 does not', { FORCE_COLOR: '0' }, plain(), false],
    ['--no-color has the last word', { FORCE_COLOR: '1' }, { json: false, color: false }, false],
  ])('%s', async (_, env, options, expected) => {
    const { written } = await printed({ data: 1, human: ({ color }) => color.red('one') }, options, env);
    expect(written.stdout).toBe(expected ? '\u001B[31mone\u001B[39m\n' : 'one\n');
  });
});

const json: OutputOptions = { json: true, color: true };

function plain(): OutputOptions {
  return { json: false, color: true };
}

async function printed(result: Result, options = plain(), env: Record<string, string> = {}): Promise<FakeIo> {
  const io = fakeIo({ env });
  await openOutput(io, options).result(result, '/p');
  return io;
}

async function failed(error: unknown, options = plain()): Promise<FakeIo> {
  const io = fakeIo();
  await openOutput(io, options).failure(error, '/p');
  return io;
}
