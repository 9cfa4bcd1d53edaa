import { isObject } from '../../core/json.js';
import type { Style } from './style.js';
import { printable, width } from './text.js';

/** A value that is longer stands in lines of its own. */
const mostInline = 60;

/** What may be any value is JSON also where it is a text: `"1"` is not `1`. */
const anyValue: ReadonlySet<string> = new Set(['input', 'output']);

/** Names with their values, for people: times as dates, what is long below its name. What is undefined is left out. */
export function renderFacts(
  facts: Readonly<Record<string, unknown>>,
  { color }: Pick<Style, 'color'>,
): string {
  const rows = Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => rowsOf(name, value));
  const wide = Math.max(...rows.map(({ name }) => width(name)), 0);
  return rows
    .flatMap(({ name, text }) => {
      const lines = printable(text).split('\n');
      if (lines.length === 1)
        return [`${color.bold(name)}${' '.repeat(wide - width(name))}  ${text}`.trimEnd()];
      return [color.bold(name), ...lines.map((line) => `  ${line}`)];
    })
    .join('\n');
}

interface Row {
  readonly name: string;
  readonly text: string;
}

function rowsOf(name: string, value: unknown): Row[] {
  if (name === 'error' && isObject(value) && typeof value['message'] === 'string') return rowsOfError(value);
  return [{ name: name === 'ms' ? 'took' : name, text: textOf(name, value) }];
}

function rowsOfError({ message, code, place, ...rest }: Record<string, unknown>): Row[] {
  const { file, line, column } = isObject(place) ? place : {};
  return [
    { name: 'error', text: `${String(message)}${typeof code === 'string' ? ` (${code})` : ''}` },
    ...(file === undefined ? [] : [{ name: 'at', text: [file, line, column].join(':') }]),
    ...Object.entries(rest).flatMap(([name, value]) =>
      value === undefined ? [] : [{ name, text: textOf(name, value) }],
    ),
  ];
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string' && !anyValue.has(name)) return value;
  if (typeof value === 'number' && (name === 'time' || name.endsWith('At')))
    return new Date(value).toISOString();
  if (typeof value === 'number' && name === 'ms') return `${value} ms`;
  const short = JSON.stringify(value);
  return short.length <= mostInline ? short : JSON.stringify(value, null, 2);
}
