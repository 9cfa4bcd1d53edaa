import type { JsonObject } from '../core/json.js';
import type { Kind } from '../core/kind.js';
import { dictionary, flag, text } from './schema-parts.js';

/** A kind as its folder declares it: the fields that every kind has, and aliases in camelCase, are added. */
export interface KindDefinition extends Omit<Kind, 'schema' | 'places'> {
  /** Schemas of its own fields, by name. */
  readonly fields: JsonObject;
  readonly required?: readonly string[];
  /** More schemas that the whole element must fit. */
  readonly rules?: readonly JsonObject[];
  /** Schemas that others refer to as `#/$defs/NAME`. */
  readonly definitions?: JsonObject;
  /** Elements of this kind exist once, not per integration and connection. */
  readonly unlayered?: boolean;
  readonly places?: Kind['places'];
}

export function defineKind(definition: KindDefinition): Kind {
  const { fields, required, rules, definitions, unlayered, aliases = [], ...rest } = definition;
  const folders = [definition.folder, ...aliases];
  return {
    ...rest,
    serverFields: [...(definition.serverFields ?? []), ...('isReadOnly' in fields ? [] : ['isReadOnly'])],
    places: definition.places ?? (() => []),
    aliases: [...aliases, ...folders.map(camelCase).filter((name) => !folders.includes(name))],
    schema: {
      title: definition.name,
      description: definition.summary,
      type: 'object',
      properties: { ...commonFields, ...(unlayered === true ? {} : layerFields), ...fields },
      ...(required === undefined ? {} : { required: [...required] }),
      ...(rules === undefined ? {} : { allOf: [...rules] }),
      additionalProperties: false,
      ...(definitions === undefined ? {} : { $defs: definitions }),
    },
  };
}

const commonFields: JsonObject = {
  key: text('How other elements and commands name it; the name of its file or folder says the same.', {
    minLength: 1,
  }),
  name: text('What people read.'),
  description: text('What it is for.'),
  meta: dictionary({}, 'Notes of your own; nothing here reads them.'),
  isDeactivated: flag('Switched off: it is checked and listed, but never runs.'),
};

const layerFields: JsonObject = {
  integrationKey: text(
    'The integration whose layer it stands on; the folder integrations/KEY says the same.',
  ),
  connectionKey: text('The connection whose layer it stands on; the folder connections/KEY says the same.'),
  instanceKey: text('Tells several instances of one element for one connection apart.'),
};

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
