import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readPlainYaml } from '../../src/project/plain-yaml.js';
import { parseAnyYaml } from '../../src/project/yaml.js';
import { mutant, runs, seeds } from './mutations.js';

function agrees(text: string): boolean {
  const plain = readPlainYaml(text);
  // as text, which tells the order of keys and 0 from -0 as well
  if (plain !== undefined)
    expect(`${text}\n${shown(plain)}`).toBe(`${text}\n${shown(parseAnyYaml(text, '').value)}`);
  return plain !== undefined;
}

function shown(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (Object.is(part, -0) ? '-0' : part)) ?? 'nothing';
}

it('what is read as plain YAML is what the library reads, and nearly all files are plain', () => {
  const plain = seeds.filter(({ text }) => agrees(text));
  expect(plain.length / seeds.length).toBeGreaterThan(0.9);
});

it(
  `the same after each of ${runs} mutations`,
  () => {
    fc.assert(
      fc.property(mutant, ({ text }) => void agrees(text)),
      { numRuns: runs },
    );
  },
  60_000 + runs * 10,
);

/** What a plain text consists of, and what looks like it; each ends at a `·`. */
const pieces = [
  'a·b:·name: x·- ·-·- - a·x: - y·  ·    ·\n·\n  ·\n    ·\n- ·\n  - ·\n\n·\n#c\n·\n   #c\n·a b: c·a:b·a: b: c·a:·x#y',
  '|·|-·>·>-·|+·>+·|2·: · #c·#c·\'a\'·"a"·\'\'·"\\n"·"a: b"·{ a: b }·{a: 1, b: [c]}·[a, ]·[a, b]·[]·{}·{ }·{a:b}',
  '~·null·True·0·-0·01·-0.0·1.0·1.·.5·1e3·0x1F·0o7·+1·.inf·-.INF·.nan·1_000·12:30·1.2.3·2024-01-01·99999999999999999',
  '---·...·<<: a·*a·&a·!t·%·@·`·? a·\t·\r\n·\u00A0·\u2028·\u0085·é·😀·__proto__: a·true: a·null: a·1: a·$var: $.x',
];
const piece = fc.constantFrom(...pieces.flatMap((line) => line.split('·')));

it(
  `the same for ${runs * 20} texts made of pieces`,
  () => {
    const text = fc.array(piece, { minLength: 1, maxLength: 14 }).map((some) => some.join(''));
    fc.assert(
      fc.property(text, fc.boolean(), (whole, isValue) => void agrees(isValue ? `k: ${whole}` : whole)),
      { numRuns: runs * 20 },
    );
  },
  60_000 + runs * 10,
);
