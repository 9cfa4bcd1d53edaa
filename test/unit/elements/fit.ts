import { Ajv2020 } from 'ajv/dist/2020.js';
import { kinds } from '../../../src/elements/index.js';
import type { Kind } from '../../../src/core/kind.js';

const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });

export function kindNamed(name: string): Kind {
  const kind = kinds.find((candidate) => candidate.name === name);
  if (kind === undefined) throw new Error(`no kind ${name}`);
  return kind;
}

/** How a value misfits the schema of a kind: ajv's own words, without those for `if` itself. */
export function misfits(kind: Kind, value: unknown): string[] {
  const validate = ajv.getSchema(kind.name) ?? ajv.compile({ $id: kind.name, ...(kind.schema as object) });
  void validate(value);
  return (validate.errors ?? [])
    .filter(({ keyword }) => keyword !== 'if')
    .map(({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`);
}
