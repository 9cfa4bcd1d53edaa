import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MembraneError } from '../core/error.js';
import { isObject } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import { parseYaml } from './yaml.js';

/** A connector that comes with the tool, to be copied into a project. */
export interface ConnectorTemplate {
  readonly name: string;
  /** What it is for, in one sentence. */
  readonly summary: string;
}

/** The connectors among the templates, by name. */
export function connectorTemplates(templates: string): ConnectorTemplate[] {
  return connectorNames(templates).map((name) => {
    const file = join(templates, 'connectors', name, 'spec.yaml');
    const { value } = parseYaml(readFileSync(file, 'utf8'), file);
    const summary = isObject(value) ? value['description'] : undefined;
    return { name, summary: typeof summary === 'string' ? summary : '' };
  });
}

/** The folder of one. Rejects with `usage/argument` where there is none of this name. */
export function connectorTemplateFolder(templates: string, name: string): string {
  const names = connectorNames(templates);
  if (names.includes(name)) return join(templates, 'connectors', name);
  const hint = didYouMean(name, names) ?? `there are ${names.join(', ')}`;
  throw new MembraneError('usage/argument', `no connector "${name}" comes with the tool`, { hint });
}

function connectorNames(templates: string): string[] {
  return readdirSync(join(templates, 'connectors')).sort();
}
