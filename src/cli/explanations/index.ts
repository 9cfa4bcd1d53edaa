import type { Code } from '../../core/codes.js';
import type { Explanation } from './explanation.js';

export type { Example, Explanation } from './explanation.js';

type Explanations = Partial<Readonly<Record<Code, Explanation>>>;

const connections = () => import('./connections.js').then((group) => group.connectionExplanations);
const elements = () => import('./elements.js').then((group) => group.elementExplanations);
const events = () => import('./events.js').then((group) => group.eventExplanations);
const files = () => import('./files.js').then((group) => group.fileExplanations);
const flows = async () => {
  const [checks, runs] = await Promise.all([import('./flows.js'), import('./flow-runs.js')]);
  return { ...checks.flowExplanations, ...runs.flowRunExplanations };
};
const running = () => import('./running.js').then((group) => group.runningExplanations);
const tests = () => import('./tests.js').then((group) => group.testExplanations);
const usage = () => import('./usage.js').then((group) => group.usageExplanations);
const functions = () => import('./functions.js').then((group) => group.functionExplanations);

/** Where the explanations are, by the first word of the code; each file is loaded when it is asked for. */
const groups: Readonly<Record<string, () => Promise<Explanations>>> = {
  alert: events,
  auth: () => import('./auth.js').then((group) => group.authExplanations),
  config: files,
  connection: connections,
  element: elements,
  event: events,
  export: elements,
  file: files,
  files: () => import('./stored-files.js').then((group) => group.storedFileExplanations),
  flow: flows,
  formula: () => import('./formulas.js').then((group) => group.formulaExplanations),
  function: functions,
  http: () => import('./requests.js').then((group) => group.requestExplanations),
  ignore: () => import('./ignore.js').then((group) => group.ignoreExplanations),
  input: usage,
  integration: connections,
  javascript: functions,
  layer: elements,
  link: () => import('./links.js').then((group) => group.linkExplanations),
  notification: events,
  openapi: () => import('./openapi.js').then((group) => group.openApiExplanations),
  output: running,
  project: files,
  record: () => import('./records.js').then((group) => group.recordExplanations),
  ref: elements,
  request: () => import('./requests.js').then((group) => group.requestExplanations),
  run: running,
  schedule: events,
  schema: () => import('./schemas.js').then((group) => group.schemaExplanations),
  secrets: () => import('./secrets.js').then((group) => group.secretExplanations),
  store: running,
  tape: tests,
  tenant: connections,
  test: tests,
  type: () => import('./types.js').then((group) => group.typeExplanations),
  usage,
  webhook: events,
  yaml: files,
};

/** Undefined for a code that nobody has explained yet. */
export async function explanationOf(code: Code): Promise<Explanation | undefined> {
  const found = await groups[code.split('/')[0] ?? '']?.();
  return found?.[code];
}
