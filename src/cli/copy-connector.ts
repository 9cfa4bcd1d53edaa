import { MembraneError } from '../core/error.js';
import { didYouMean, meantBy } from '../core/nearest.js';
import type { Membrane } from '../membrane.js';
import type { Session } from './session.js';

/**
 * What `work` gives. Where it fails because the project has no connector for this integration, and one comes with the
 * tool, that is copied once a person has agreed, and `work` is done again. Where nobody can be asked, the error says
 * the command that copies it.
 */
export async function withConnector<T>(
  session: Session,
  integration: string,
  work: (membrane: Membrane) => Promise<T>,
): Promise<T> {
  const membrane = await session.membrane();
  try {
    return await work(membrane);
  } catch (error) {
    const isMissing =
      error instanceof MembraneError &&
      (error.code === 'element/not-found' || error.code === 'ref/not-found');
    const key = isMissing ? await missingConnector(membrane, integration) : undefined;
    if (!isMissing || key === undefined) throw error;
    await copyConnector(session, key, error);
    return work(await session.reopen());
  }
}

/** The key of the connector that an integration lacks; undefined where it has one. */
async function missingConnector(membrane: Membrane, integration: string): Promise<string | undefined> {
  const integrations = await membrane.elements.list('integration');
  const isKnown = integrations.some(({ key }) => key === integration);
  const value = isKnown ? (await membrane.elements.show('integration', integration)).value : {};
  const named = value['connectorKey'];
  const wanted = typeof named === 'string' ? named : integration;
  const connectors = await membrane.elements.list('connector');
  return connectors.some(({ key }) => key === wanted) ? undefined : wanted;
}

/** Rejects with what was missing, and what to do about it, where it is not copied. */
async function copyConnector(session: Session, key: string, missing: MembraneError): Promise<void> {
  const { connectorTemplates, newElement } = await session.library();
  const names = (await connectorTemplates()).map(({ name }) => name);
  if (!names.includes(key)) throw withHint(missing, hintFor(key, missing, names));
  const folder = `connectors/${key}`;
  const question = `The project has no connector "${key}". Copy the one that comes with the tool into ${folder}?`;
  if (session.prompts === undefined || !(await session.prompts.confirm(question))) {
    const hint = `a connector "${key}" comes with the tool; copy it into the project: ${commandFor(key)}`;
    throw withHint(missing, hint);
  }
  const { files } = await newElement({ cwd: session.cwd, kind: 'connector', key, from: key });
  session.output.note(`wrote ${files.length} files; ${folder}/README.md says how to get credentials`);
}

/** What the project has is nearer than what comes with the tool. */
function hintFor(key: string, { hint }: MembraneError, templates: readonly string[]): string | undefined {
  if (meantBy(hint) !== undefined) return hint;
  const meant = meantBy(didYouMean(key, templates));
  return meant === undefined
    ? `${hint}; what comes with the tool: membrane connector templates`
    : `did you mean "${meant}"? It comes with the tool: ${commandFor(meant)}`;
}

function commandFor(key: string): string {
  return `membrane new connector ${key} --from ${key}`;
}

function withHint(error: MembraneError, hint: string | undefined): MembraneError {
  return new MembraneError(error.code, error.message, { ...error, hint });
}
