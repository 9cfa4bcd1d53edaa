import { MembraneError } from '../../core/error.js';
import type { Command } from '../command.js';
import { renderTable } from '../output/table.js';

export const explain: Command = {
  path: 'explain',
  summary: 'say what a code means, with a wrong and a right example',
  description: 'Codes are what stands in brackets: error[ref/not-found]. Without one, all are listed.',
  args: [{ name: 'code', summary: 'ref/not-found, …', optional: true, completes: 'codes' }],
  examples: ['explain ref/not-found', 'explain'],
  async run(_session, [code]) {
    const { codes } = await import('../../core/codes.js');
    const { codeHint, isCode } = await import('../../core/rules.js');
    if (code === undefined) {
      const all = Object.entries(codes).map(([name, facts]) => ({ code: name, ...facts }));
      const rows = all.map((one) => [one.code, one.severity, String(one.exit), one.summary]);
      return { data: all, human: (style) => renderTable(['code', 'severity', 'exit', 'means'], rows, style) };
    }
    if (!isCode(code))
      throw new MembraneError('usage/argument', `no code "${code}"`, { hint: codeHint(code) });
    const { explanationOf } = await import('../explanations/index.js');
    const { explainInText } = await import('../explanations/render.js');
    const explanation = await explanationOf(code);
    return { data: { code, ...codes[code], ...explanation }, human: () => explainInText(code, explanation) };
  },
};
