import type { CodePosition, CodeProblem } from '../core/sandbox.js';

/** JavaScript made of TypeScript, and where its places were written. */
export interface Transpiled {
  readonly code: string;
  readonly origin: (place: CodePosition) => CodePosition;
}

/** TypeScript without its types; they are not checked. */
export async function transpile(code: string): Promise<Transpiled | { readonly problem: CodeProblem }> {
  const { default: sucrase } = await import('sucrase');
  try {
    const made = sucrase.transform(code, {
      transforms: ['typescript'],
      disableESTransforms: true,
      preserveDynamicImport: true,
      filePath: 'function.ts',
      sourceMapOptions: { compiledFilename: 'function.js' },
    });
    return { code: made.code, origin: (place) => originOf(made.sourceMap?.mappings ?? '', place) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const said = /^(?:Error transforming function\.ts: )?(.*?)(?: \((\d+):(\d+)\))?$/.exec(error.message);
    const at = { line: Number(said?.[2] ?? 1), column: Number(said?.[3] ?? 1) };
    return { problem: { message: said?.[1] ?? error.message, at } };
  }
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
