import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Formula, FormulaExample } from '../../../src/formulas/formula.js';
import { formulas } from '../../../src/formulas/index.js';
import { operators } from '../../../src/formulas/operators.js';

const file = new URL('../../../docs/formulas.md', import.meta.url);
const marker =
  '<!-- from here on written from src/formulas by UPDATE=1 npx vitest run test/unit/formulas -->';

it('has every formula as the source defines it', () => {
  const text = readFileSync(file, 'utf8');
  const [head = ''] = text.split(marker);
  const wanted = `${head}${marker}\n\n## All formulas\n\n${[...formulas.values()].map(section).join('\n')}`;
  if (process.env['UPDATE'] === '1') writeFileSync(file, wanted);
  else expect(text).toBe(wanted);
});

function section(formula: Formula): string {
  const lines = [`### ${formula.name}`, '', formula.summary, '', `Argument: ${shape(formula.schema)}`, ''];
  if (formula.beside !== undefined) {
    lines.push('| operator | holds for |', '| --- | --- |');
    for (const [name, { summary }] of Object.entries(operators)) lines.push(`| \`${name}\` | ${summary} |`);
    lines.push('');
  }
  return [...lines, ...formula.examples.flatMap(example)].join('\n');
}

/** The shape of an argument in a line: `{"source": list, "item": anything}`. */
function shape(schema: unknown): string {
  const {
    type,
    anyOf,
    properties,
    required = [],
    items,
    enum: allowed,
    literal,
  } = schema as Record<string, never>;
  if (anyOf !== undefined) return (anyOf as unknown[]).map(shape).join(' or ');
  if (allowed !== undefined) return (allowed as unknown[]).map((one) => JSON.stringify(one)).join(', ');
  if (type === undefined) return literal === true ? 'anything, as it is' : 'anything';
  const words: Record<string, string> = { string: 'text', array: 'list', object: 'object', null: 'null' };
  if (properties !== undefined) {
    const fields = Object.entries(properties).map(
      ([name, part]) => `${name}${(required as string[]).includes(name) ? '' : '?'}: ${shape(part)}`,
    );
    return `{ ${fields.join(', ')} }`;
  }
  const inner = items === undefined ? '' : ` of ${shape(items)}`;
  return [type]
    .flat()
    .map((one) => `${words[one] ?? one}${one === 'array' ? inner : ''}`)
    .join(' or ');
}

function example({ title, formula, variables, result }: FormulaExample): string[] {
  const given = Object.keys(variables as object).length === 0 ? [] : [`// with ${JSON.stringify(variables)}`];
  const outcome = result === undefined ? 'nothing (undefined)' : JSON.stringify(result);
  return [`${title}:`, '', '```js', ...given, JSON.stringify(formula), `// ${outcome}`, '```', ''];
}
