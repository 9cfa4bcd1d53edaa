import { Ajv2020, type Options } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import type { JsonSchema } from '../core/schema.js';
import { ownFormats } from './schemas-formats.js';
import { regexOf } from './schemas-node.js';

/** Why a value misfits is somebody else's business: ajv says only whether it does. */
export const ajvOptions: Options = {
  strict: false,
  logger: false,
  messages: false,
  validateSchema: false,
  addUsedSchema: false,
  ownProperties: true,
  inlineRefs: false,
};

export function newAjv(options: Options = {}): Ajv2020 {
  const ajv = new Ajv2020({ ...ajvOptions, ...options });
  // flat schemas use neither, and each would be asked for at every step of the generated code
  Object.assign(ajv.opts, { unevaluated: false, dynamicRef: false });
  ajvFormats.default(ajv);
  for (const [name, format] of Object.entries(ownFormats)) ajv.addFormat(name, format);
  return ajv;
}

let ajv: Ajv2020 | undefined;
let made = 0;

/** The test of a flat schema as generated code; undefined for the odd schema that ajv does not take. */
export function compileTest(schema: JsonSchema): ((value: unknown) => boolean) | undefined {
  // an instance keeps everything that it has ever compiled
  if (ajv === undefined || (made += 1) % 100 === 0) {
    ajv = newAjv({
      code: { regExp: Object.assign((pattern: string) => regexOf(pattern), { code: 'regexOf' }) },
    });
  }
  try {
    const validate = ajv.compile(schema);
    return (value) => validate(value) === true;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
