import { MembraneError } from '../../../core/error.js';
import { isObject, type Json, type JsonObject } from '../../../core/json.js';
import { text, type Command } from '../../command.js';
import { readJson } from '../../input.js';
import type { Session } from '../../session.js';

export const formulaEval: Command = {
  path: 'formula eval',
  summary: 'evaluate a formula',
  description: 'Prints the value as JSON; nothing where the formula gives no value. Needs no project.',
  args: [{ name: 'formula', summary: 'JSON, @FILE, or - for standard input', optional: true }],
  options: [
    { flags: '--vars <json>', summary: 'the variables: JSON or @FILE' },
    {
      flags: '--batch <file>',
      summary: 'evaluate {variables, cases: [{name, formula, variables}]}; one line of JSON a case',
    },
  ],
  examples: [
    'formula eval \'{"$concat": ["a", {"$var": "name"}]}\' --vars \'{"name": "b"}\'',
    'formula eval --batch cases.json',
  ],
  async run(session, [formula], options) {
    const batch = text(options, 'batch');
    if (batch !== undefined) return evaluateBatch(session, batch);
    if (formula === undefined) {
      throw new MembraneError('usage/argument', 'no formula is given', { hint: 'give one, or --batch FILE' });
    }
    const vars = text(options, 'vars');
    const variables = vars === undefined ? {} : await readJson(session, vars, '--vars');
    const { checkFormulaText, evaluateFormula } = await session.library();
    const parsed = await readJson(session, formula, 'the formula');
    const value = await evaluateFormula(parsed, asVariables(variables));
    for (const { message, help } of await checkFormulaText(parsed)) {
      session.output.note(`${message}${help === undefined ? '' : `: ${help}`}`);
    }
    return { data: value, human: () => (value === undefined ? '' : JSON.stringify(value, null, 2)) };
  },
};

async function evaluateBatch(session: Session, file: string) {
  const batch = await readJson(session, `@${file}`, '--batch');
  const cases = isObject(batch) ? batch['cases'] : undefined;
  if (!isObject(batch) || !Array.isArray(cases)) {
    throw new MembraneError('usage/argument', `"${file}" has no list of "cases"`, {
      hint: '{"variables": {}, "cases": [{"name": "…", "formula": …}]}',
    });
  }
  const { evaluateFormula } = await session.library();
  const results: object[] = [];
  for (const one of cases.filter((item): item is JsonObject => isObject(item))) {
    const name = one['name'] ?? null;
    try {
      const value = await evaluateFormula(
        one['formula'],
        asVariables(one['variables'] ?? batch['variables'] ?? {}),
      );
      results.push({ name, ...(value === undefined ? {} : { value }) });
    } catch (error) {
      if (!(error instanceof MembraneError)) throw error;
      results.push({ name, error: { code: error.code, message: error.message } });
    }
  }
  return { data: results, human: () => results.map((result) => JSON.stringify(result)).join('\n') };
}

function asVariables(value: Json | undefined): Readonly<Record<string, unknown>> {
  if (isObject(value)) return value;
  throw new MembraneError('usage/argument', 'the variables must be an object', {
    hint: '--vars \'{"input": {}}\'',
  });
}
