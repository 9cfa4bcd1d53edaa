import { isDeepStrictEqual } from 'node:util';
import { Parser } from 'yaml';
import type { Diagnostic } from '../core/diagnostic.js';
import { isObject, type Json } from '../core/json.js';
import type { Shape } from './format-order.js';
import { printTree, type PrintOptions } from './format-print.js';
import { readTree } from './format-tree.js';
import { parseYaml } from './yaml.js';

/** A text as it should be, or why it cannot be said. */
export type Formatted =
  | { readonly text: string }
  /** It has errors. */
  | { readonly diagnostics: readonly Diagnostic[] };

/**
 * A YAML text in its one form: keys in the order of `shape`, two spaces of indentation, at most one blank line at
 * a time. Comments, quotes, block and flow style stay, and so does the value, but for what `drops` takes out at
 * the top. What is laid out too oddly to be taken apart stays as it is.
 */
export function formatYaml(
  text: string,
  file: string,
  shape: Shape,
  drops?: PrintOptions['drops'],
): Formatted {
  const { value, diagnostics } = parseYaml(text, file);
  if (value === undefined) return { diagnostics };
  const unix = ended(text).replaceAll('\r\n', '\n');
  const tree = readTree([...new Parser().parse(unix)], unix);
  const printed =
    tree === undefined ? undefined : printTree(unix, tree, value, shape, { drops: drops ?? (() => false) });
  if (printed === undefined) return { text: ended(text) };
  // the value is what counts: a layout that would change it is left alone
  const after = parseYaml(printed, file).value;
  if (after === undefined || !isDeepStrictEqual(after, without(value, drops))) return { text: ended(text) };
  return { text: isWindows(text) ? printed.replaceAll('\n', '\r\n') : printed };
}

/** The first line says how lines end. */
function isWindows(text: string): boolean {
  return /^[^\n]*\r\n/.test(text);
}

/** One line break at the end, where the text does not count the last ones. */
function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}${isWindows(text) ? '\r\n' : '\n'}`;
}

function without(value: Json, drops: PrintOptions['drops'] | undefined): Json {
  if (drops === undefined || !isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !drops(key)));
}
