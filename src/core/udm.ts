import type { JsonSchema } from './schema.js';
import { accountingModels } from './udm/accounting.js';
import { commerceModels } from './udm/commerce.js';
import type { UdmModel } from './udm/fields.js';
import { filesModels } from './udm/files.js';
import { peopleModels } from './udm/people.js';
import { recruitingModels } from './udm/recruiting.js';
import { salesModels } from './udm/sales.js';
import { workModels } from './udm/work.js';

export type { UdmModel };

/** What a reference to a model names, where one to an element names its kind. */
export const udmKind = 'universal-data-model';

let models: ReadonlyMap<string, UdmModel> | undefined;

/** The universal data models by key, in alphabetical order. Made on first use: most commands need none. */
export function udmModels(): ReadonlyMap<string, UdmModel> {
  models ??= new Map(
    Object.entries({
      ...accountingModels(),
      ...commerceModels(),
      ...filesModels(),
      ...peopleModels(),
      ...recruitingModels(),
      ...salesModels(),
      ...workModels(),
    }).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return models;
}

/** `contacts`, `companies`, …: the names that `udm:` and `referenceUdm` may have. */
export function udmKeys(): readonly string[] {
  return [...udmModels().keys()];
}

/** The schema of the fields of a model; undefined where there is no such model. */
export function udmSchema(key: string): JsonSchema | undefined {
  return udmModels().get(key)?.fieldsSchema;
}
