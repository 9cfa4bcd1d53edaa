import type { CodePosition, CodeProblem } from '../core/sandbox.js';

/** JavaScript made of TypeScript, and where its places were written. */
export interface Transpiled {
  readonly code: string;
  readonly origin: (place: CodePosition) => CodePosition;
}

/** TypeScript without its types; they are not checked. */
export async function transpile(code: string): Promise<Transpiled | { readonly problem: CodeProblem }> {
  const { default: sucrase } = await import('sucrase');
  const strip = (text: string) =>
    sucrase.transform(text, {
      transforms: ['typescript'],
      disableESTransforms: true,
      preserveDynamicImport: true,
      filePath: 'function.ts',
      sourceMapOptions: { compiledFilename: 'function.js' },
    });
  try {
    const made = strip(code);
    return { code: made.code, origin: (place) => originOf(made.sourceMap?.mappings ?? '', place) };
  } catch (error) {
    return { problem: innermost(code, problemOf(error), strip) };
  }
}

function problemOf(error: unknown): CodeProblem {
  if (!(error instanceof SyntaxError)) throw error;
  const said = /^(?:Error transforming function\.ts: )?(.*?)(?: \((\d+):(\d+)\))?$/.exec(error.message);
  const at = { line: Number(said?.[2] ?? 1), column: Number(said?.[3] ?? 1) };
  return { message: said?.[1] ?? error.message, at };
}

/** How deep functions in functions are looked into. */
const deepest = 10;

/**
 * A slip inside of `(a: string) => {…}` is reported at its arrow, since that might have been no function at all.
 * With `async` before it there is no doubt: then the slip is found where it is.
 */
function innermost(code: string, first: CodeProblem, strip: (text: string) => unknown): CodeProblem {
  const lines = code.split('\n');
  let problem = first;
  const added: CodePosition[] = [];
  for (let depth = 0; depth < deepest; depth += 1) {
    const open = parenthesisBefore(lines, problem.at);
    if (open === undefined) break;
    const line = lines[open.line - 1] ?? '';
    lines[open.line - 1] = `${line.slice(0, open.column - 1)}async ${line.slice(open.column - 1)}`;
    added.push(open);
    try {
      strip(lines.join('\n'));
      return first;
    } catch (error) {
      problem = problemOf(error);
    }
  }
  const { line, column } = problem.at;
  const before = added.filter((one) => one.line === line && one.column < column).length;
  return { ...problem, at: { line, column: column - before * 'async '.length } };
}

/** Where the parameters begin that end right before a place. */
function parenthesisBefore(
  lines: readonly string[],
  { line, column }: CodePosition,
): CodePosition | undefined {
  let text = (lines[line - 1] ?? '').slice(0, column - 1).trimEnd();
  if (!text.endsWith(')')) return undefined;
  let open = 0;
  for (let at = line; at >= 1; at -= 1) {
    for (let index = text.length - 1; index >= 0; index -= 1) {
      const character = text.charAt(index);
      open += character === ')' ? 1 : character === '(' ? -1 : 0;
      if (open === 0) return { line: at, column: index + 1 };
    }
    text = lines[at - 2] ?? '';
  }
  return undefined;
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Looks a place up in the `mappings` of a source map (ECMA-426): the nearest one before it on its line. */
function originOf(mappings: string, place: CodePosition): CodePosition {
  let [sourceLine, sourceColumn] = [0, 0];
  let best = place;
  for (const [index, line] of mappings.split(';').slice(0, place.line).entries()) {
    let column = 0;
    for (const segment of line === '' ? [] : line.split(',')) {
      const [right = 0, , down = 0, across = 0] = decode(segment);
      column += right;
      sourceLine += down;
      sourceColumn += across;
      if (index !== place.line - 1 || column > place.column - 1) continue;
      best = { line: sourceLine + 1, column: sourceColumn + 1 + (place.column - 1 - column) };
    }
  }
  return best;
}

/** Numbers in base64 VLQ. */
function decode(segment: string): number[] {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (const character of segment) {
    const digit = digits.indexOf(character);
    value += (digit & 31) << shift;
    shift += 5;
    if ((digit & 32) !== 0) continue;
    numbers.push((value & 1) === 1 ? -(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return numbers;
}
