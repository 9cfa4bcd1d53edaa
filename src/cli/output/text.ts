const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u;
const none = /[\p{Mark}\u200B-\u200D\u2060\uFEFF]/u;

/** Columns of a text in a terminal: East Asian wide characters and emoji take two, accents none. */
export function width(text: string): number {
  let columns = 0;
  for (const char of text) columns += none.test(char) ? 0 : wide.test(char) ? 2 : 1;
  return columns;
}

/** Without characters that would command the terminal: what a file or an API says is shown, never obeyed. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what it is about
  return text.replace(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '\uFFFD');
}

/** A line of source as it is shown: a tab takes four columns, whatever the terminal thinks of it. */
export function cells(line: string): string {
  return printable(line.replaceAll('\t', '    '));
}

/** The beginning of a text that is too wide, with `…` at its end. */
export function cut(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let [kept, used] = ['', 0];
  for (const char of text) {
    used += width(char);
    if (used > columns - 1) break;
    kept += char;
  }
  return `${kept}…`;
}
