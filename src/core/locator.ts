import type { JsonPath } from './json.js';

/**
 * A locator addresses a value in the variables of a formula: `$.input.email`, `input.email` (the same),
 * `$` (all variables), `a.b[0].c`. `\.` and `\[` stand for the plain characters.
 */
export function parseLocator(locator: string): JsonPath {
  const path: (string | number)[] = [];
  const rest = locator === '$' ? '' : locator.startsWith('$.') ? locator.slice(2) : locator;
  const start = rest.startsWith('$[') ? 1 : 0;
  let name = '';
  let named = false;
  for (let i = start; i < rest.length; i += 1) {
    const char = rest.charAt(i);
    if (char === '\\' && i + 1 < rest.length) {
      name += rest.charAt(++i);
      named = true;
    } else if (char === '.') {
      if (named) path.push(name);
      [name, named] = ['', false];
    } else if (char === '[') {
      const end = rest.indexOf(']', i);
      const inside = end === -1 ? undefined : rest.slice(i + 1, end);
      if (inside === undefined || inside === '') {
        name += char;
        named = true;
        continue;
      }
      if (named) path.push(name);
      [name, named] = ['', false];
      path.push(/^\d+$/.test(inside) ? Number(inside) : inside.replace(/^(['"])(.*)\1$/, '$2'));
      i = end;
    } else {
      name += char;
      named = true;
    }
  }
  if (named) path.push(name);
  return path;
}
