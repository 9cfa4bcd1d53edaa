import type { Diagnostic } from '../../../core/diagnostic.js';
import { MembraneError } from '../../../core/error.js';
import { isObject, type JsonObject } from '../../../core/json.js';
import type { JsonSchema } from '../../../core/schema.js';
import type { DataDescription, Membrane } from '../../../membrane.js';
import { flag, text, texts, type Argument, type Option, type Options } from '../../command.js';
import { readInput } from '../../input.js';
import { askWhichConnection } from '../run-element.js';
import type { Session } from '../../session.js';

/** Which records every `data` command works on. */
export const keyArgument: Argument = {
  name: 'key',
  summary: 'a data source, a data collection of the connector, or a universal data model',
  completes: 'element:data-source',
};

export const targetOptions: readonly Option[] = [
  {
    flags: '--connection <key>',
    summary: 'whose account; not needed where only one has these records',
    completes: 'connections',
  },
  { flags: '--parameter <name=value>', summary: 'one parameter of the collection', many: true },
];

export const shownOptions: readonly Option[] = [
  {
    flags: '--field-mapping <key>',
    summary: 'give the fields in the shape of your app',
    completes: 'element:field-mapping',
  },
  { flags: '--raw', summary: 'give the fields as the API sent them, too' },
  { flags: '--unified', summary: 'give the fields of the universal data model, too' },
];

/** The option of commands that write. */
export const mappingOption: Option = {
  flags: '--field-mapping <key>',
  summary: 'the input is in the shape of your app',
  completes: 'element:field-mapping',
};

/** The records that a command works on, and how. */
export interface Target {
  readonly membrane: Membrane;
  readonly description: DataDescription;
  /** For the methods of the library. */
  readonly how: {
    readonly connection: string | undefined;
    readonly parameters: JsonObject | undefined;
    readonly fieldMapping: string | undefined;
    readonly raw: boolean;
    readonly unified: boolean;
    readonly redacted: true;
    readonly warn: (warning: Diagnostic) => void;
  };
  /** What was odd so far. */
  readonly warnings: readonly Diagnostic[];
}

/** Finds out what is meant; where several connections fit, a person at a terminal chooses. */
export async function openTarget(session: Session, key: string, options: Options): Promise<Target> {
  const membrane = await session.membrane({ cached: true });
  const warnings: Diagnostic[] = [];
  const look = (connection: string | undefined) => membrane.data.describe(key, { connection });
  const description = await askWhichConnection(session, text(options, 'connection'), look);
  return {
    membrane,
    description,
    warnings,
    how: {
      connection: description.connection,
      parameters: await pairs(session, options, 'parameter', description.parametersSchema),
      fieldMapping: text(options, 'fieldMapping'),
      raw: flag(options, 'raw'),
      unified: flag(options, 'unified'),
      redacted: true,
      warn: (warning) => void warnings.push(warning),
    },
  };
}

/** `--filter a=b` and its kin as an object; undefined where none is given. */
export async function pairs(
  session: Session,
  options: Options,
  name: string,
  schema: JsonSchema | undefined,
): Promise<JsonObject | undefined> {
  const given = texts(options, name);
  if (given.length === 0) return undefined;
  const wrong = given.find((pair) => !/^[^=]+=/.test(pair));
  if (wrong !== undefined) {
    throw new MembraneError('usage/argument', `"${wrong.slice(0, 40)}" has no "="`, {
      hint: `--${name} name=value`,
    });
  }
  const value = await readInput(session, { set: given }, schema);
  return isObject(value) ? value : undefined;
}

/** The fields of a command that writes. */
export async function fieldsInput(
  session: Session,
  options: Options,
  { description }: Target,
): Promise<JsonObject> {
  const mapped = text(options, 'fieldMapping') !== undefined;
  const input = await readInput(session, options, mapped ? undefined : description.fieldsSchema);
  if (isObject(input) && Object.keys(input).length > 0) return input;
  throw new MembraneError('usage/argument', 'no field is given', {
    hint: '--set name=value, or --input with an object of fields',
  });
}

/** Says which of the fields that were given are not written, because the collection does not take them. */
export function leftOutNote(
  fields: JsonObject,
  { description, how }: Target,
  method: 'create' | 'update',
): { note?: string } {
  if (how.fieldMapping !== undefined) return {};
  const { fields: only, excludedFields = [] } = description.methods.find(({ name }) => name === method) ?? {};
  const schema = description.fieldsSchema;
  const properties = isObject(schema) && isObject(schema['properties']) ? schema['properties'] : {};
  const isReadOnly = (name: string) => {
    const field = properties[name];
    return isObject(field) && field['readOnly'] === true;
  };
  const names = Object.keys(fields).filter(
    (name) => only?.includes(name) === false || excludedFields.includes(name) || isReadOnly(name),
  );
  return names.length === 0
    ? {}
    : { note: `not written, for "${method}" does not take it: ${names.join(', ')}` };
}
