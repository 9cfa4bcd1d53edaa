import { describe, expect, it } from 'vitest';
import { codes, type Code } from '../../../src/core/codes.js';
import { explanationOf, type Example } from '../../../src/cli/explanations/index.js';
import { explainInMarkdown, explainInText } from '../../../src/cli/explanations/render.js';
import { openMembrane } from '../../../src/membrane.js';
import { testProject } from '../../support/project.js';

const all = await Promise.all(
  (Object.keys(codes) as Code[]).map(async (code) => ({ code, explanation: await explanationOf(code) })),
);

describe('explanations', () => {
  it('are there for every code', () => {
    expect(all.filter(({ explanation }) => explanation === undefined).map(({ code }) => code)).toEqual([]);
  });

  for (const { code, explanation } of all) {
    if (explanation === undefined || typeof explanation.wrong === 'string') continue;
    it(`of ${code} have a wrong example that gives it alone, and a right one that gives nothing`, async () => {
      expect({
        wrong: await codesOf(explanation.wrong),
        right: await codesOf(explanation.right),
      }).toEqual({ wrong: [code], right: [] });
    });
  }

  it('are sentences', () => {
    const bad = all.filter(
      ({ explanation }) =>
        explanation !== undefined &&
        [explanation.means, explanation.wrong, explanation.right].some(
          (text) => typeof text === 'string' && !/^["\p{Lu}.].*[."]$/su.test(text),
        ),
    );
    expect(bad.map(({ code }) => code)).toEqual([]);
  });

  it('are shown in a terminal and on a page', () => {
    const explanation = {
      means: 'What it means.',
      wrong: { 'membrane.yaml': '', 'actions/a.yaml': 'type: none\n' },
      right: 'Do something else.',
    };
    expect(explainInText('schema/value', explanation)).toBe(`schema/value: a value that is not allowed here

What it means.

Wrong:

  # actions/a.yaml
  type: none

Right:

  Do something else.`);
    expect(explainInMarkdown('schema/value', explanation)).toBe(`What it means.

Wrong:

\`\`\`yaml
# actions/a.yaml
type: none
\`\`\`

Right: Do something else.`);
  });
});

async function codesOf(example: Example): Promise<string[]> {
  if (typeof example === 'string') return [];
  const { root } = await testProject(example);
  const membrane = await openMembrane({ cwd: root });
  const { diagnostics } = await membrane.validate();
  await membrane.close();
  return [...new Set(diagnostics.map(({ code }) => code))];
}
