import { MembraneError } from '../core/error.js';
import { didYouMean, meantBy } from '../core/nearest.js';
import type { Membrane } from '../membrane.js';
import type { Session } from './session.js';

/**
 * The project, with a connector for this integration: one that comes with the tool is copied into it, once a person
 * has agreed. Rejects with `element/not-found`, and the command that copies it, where nobody can be asked.
 */
export async function projectWith(session: Session, integration: string): Promise<Membrane> {
  const membrane = await session.membrane();
  const missing = await missingConnector(membrane, integration);
  if (missing === undefined) return membrane;
  const { connectorTemplates, newElement } = await session.library();
  const names = (await connectorTemplates()).map(({ name }) => name);
  if (!names.includes(missing.key)) throw explain(missing, names);
  const command = `membrane new connector ${missing.key} --from ${missing.key}`;
  const hint = `a connector "${missing.key}" comes with the tool; copy it into the project: ${command}`;
  const offered = new MembraneError(missing.error.code, missing.error.message, { ...missing.error, hint });
  if (session.prompts === undefined) throw offered;
  const folder = `connectors/${missing.key}`;
  const question = `The project has no connector "${missing.key}". Copy the one that comes with the tool into ${folder}?`;
  if (!(await session.prompts.confirm(question))) throw offered;
  const { files } = await newElement({
    cwd: session.cwd,
    kind: 'connector',
    key: missing.key,
    from: missing.key,
  });
  session.output.note(`wrote ${files.length} files; ${folder}/README.md says how to get credentials`);
  return session.reopen();
}

interface Missing {
  /** Of the connector. */
  readonly key: string;
  readonly error: MembraneError;
}

/** The connector that the integration lacks, and how that is said; undefined where it has one. */
async function missingConnector(membrane: Membrane, integration: string): Promise<Missing | undefined> {
  const known = await membrane.elements.list('connector');
  const has = (key: string) => known.some((connector) => connector.key === key);
  if (has(integration)) return undefined;
  const integrations = await membrane.elements.list('integration');
  const isKnown = integrations.some(({ key }) => key === integration);
  const value = isKnown ? (await membrane.elements.show('integration', integration)).value : {};
  const named = value['connectorKey'];
  const key = typeof named === 'string' ? named : integration;
  if (has(key)) return undefined;
  try {
    await membrane.connections.plan({ integration });
    return undefined;
  } catch (error) {
    const isMissing =
      error instanceof MembraneError &&
      (error.code === 'element/not-found' || error.code === 'ref/not-found');
    // whatever else is wrong is said when it is connected
    return isMissing ? { key, error } : undefined;
  }
}

/** What the project has is nearer than what comes with the tool. */
function explain({ key, error }: Missing, templates: readonly string[]): MembraneError {
  const meant = meantBy(didYouMean(key, templates));
  if (meant === undefined || meantBy(error.hint) !== undefined) return error;
  const command = `membrane new connector ${meant} --from ${meant}`;
  const hint = `did you mean "${meant}"? It comes with the tool: ${command}`;
  return new MembraneError(error.code, error.message, { ...error, hint });
}
