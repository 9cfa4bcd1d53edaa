import { defaultTenant } from '../core/connection.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { isObject } from '../core/json.js';
import type { Schemas } from '../core/ports.js';
import { connectionSchema } from './config-schema.js';
import type { Files } from './files.js';
import { schemaDiagnostics } from './schema-diagnostics.js';
import { readSource } from './source.js';

export interface LoadedConnection {
  /** Undefined where the file is wrong: a layer that might be somebody else's is nobody's. */
  readonly tenant: string | undefined;
  readonly problems: readonly Diagnostic[];
}

/** Whose connection the layer `connections/KEY` belongs to: `file` is its connection.yaml. */
export function loadConnection(file: string, files: Files, schemas: Schemas): LoadedConnection {
  const parsed = files.read(file);
  if (parsed.value === undefined) return { tenant: undefined, problems: parsed.diagnostics };
  const value = parsed.value ?? {};
  const source = readSource(file);
  const misfits = schemas.kind('connection.yaml', connectionSchema)(value).problems;
  const problems = schemaDiagnostics(misfits, file, 'text' in source ? source.text : '');
  if (problems.length > 0) return { tenant: undefined, problems };
  const tenant = isObject(value) ? value['tenantKey'] : undefined;
  return { tenant: typeof tenant === 'string' ? tenant : defaultTenant, problems };
}
