/** Where a text stops being JSON, counted in characters from 0, and what is the case there. */
export interface JsonFault {
  readonly offset: number;
  readonly reason: string;
}

const space = /[ \t\n\r]*/y;
const word = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;
// eslint-disable-next-line no-control-regex -- JSON does not allow them inside of strings
const string = /"(?:[^"\\\u0000-\u001F]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;

/**
 * The first fault of a text that `JSON.parse` refused. Its own message is no help: it has no position for a
 * short text, and quotes the text, which may be a secret.
 */
export function jsonFault(text: string): JsonFault {
  let at = 0;
  const open: ('{' | '[')[] = [];
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at = pattern.lastIndex;
    return found !== null;
  };
  const char = () => (skip(space), text.charAt(at));
  const fault = (wanted: string): JsonFault => {
    const atEnd = char() === '';
    const end = text.trim() === '' ? 'it is empty' : 'it ends too early';
    return { offset: at, reason: atEnd ? end : `expected ${wanted}` };
  };
  const key = (): JsonFault | undefined => {
    char();
    if (!skip(string)) return fault('a name in double quotes');
    if (char() !== ':') return fault('":"');
    at += 1;
    return undefined;
  };

  for (;;) {
    // a value begins
    const first = char();
    if (first === '{' || first === '[') {
      at += 1;
      if (char() !== (first === '{' ? '}' : ']')) {
        open.push(first);
        const wrong = first === '{' ? key() : undefined;
        if (wrong !== undefined) return wrong;
        continue;
      }
      at += 1;
    } else if (!skip(first === '"' ? string : word)) {
      return first === '"'
        ? { offset: at, reason: 'a text that does not end, or holds a bad escape' }
        : fault('a value');
    }
    // a value has ended: close what ends with it
    let inside = open.at(-1);
    while (inside !== undefined && char() === (inside === '{' ? '}' : ']')) {
      at += 1;
      open.pop();
      inside = open.at(-1);
    }
    if (inside === undefined) return fault('nothing more');
    if (char() !== ',') return fault(inside === '{' ? '"," or "}"' : '"," or "]"');
    at += 1;
    const wrong = inside === '{' ? key() : undefined;
    if (wrong !== undefined) return wrong;
  }
}
