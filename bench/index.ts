import { benchActions } from './actions.js';
import { benchData } from './data.js';
import { benchFlows } from './flows.js';
import { benchFormulas } from './formulas.js';
import { benchJavascript } from './javascript.js';
import { benchLinks } from './links.js';
import { benchStartup } from './startup.js';
import { benchValidate } from './validate.js';
import { benchWatch } from './watch.js';
import { benchWebhooks } from './webhooks.js';
import type { Figure } from './measure.js';

const suites: Record<string, () => Promise<Figure[]>> = {
  startup: benchStartup,
  actions: benchActions,
  data: benchData,
  validate: benchValidate,
  flows: benchFlows,
  watch: benchWatch,
  webhooks: benchWebhooks,
  formulas: benchFormulas,
  links: benchLinks,
  javascript: benchJavascript,
};

export { serveWebhooks } from './webhooks.js';

/** Runs the named suites, or all, and prints a line a figure: what, value, floor, ratio, aim. */
export async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => suites[name] === undefined);
  if (unknown.length > 0)
    throw new Error(`no suite ${unknown.join(', ')}; there are ${Object.keys(suites).join(', ')}`);
  for (const [name, suite] of Object.entries(suites)) {
    if (names.length > 0 && !names.includes(name)) continue;
    for (const figure of await suite()) process.stdout.write(`${line(figure)}\n`);
  }
}

function line({ name, value, floor, ratio, unit, aim }: Figure): string {
  const numbers = `${round(value)} ${unit} against ${round(floor)} ${unit}`;
  return `${name.padEnd(52)} ${numbers.padEnd(40)} ratio ${ratio.toFixed(2)}${aim === undefined ? '' : `   (aim ${aim})`}`;
}

function round(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
