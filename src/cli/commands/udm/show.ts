import { MembraneError } from '../../../core/error.js';
import { isObject, type JsonObject } from '../../../core/json.js';
import { didYouMean } from '../../../core/nearest.js';
import type { Command } from '../../command.js';
import { renderTable } from '../../output/table.js';

export const udmShow: Command = {
  path: 'udm show',
  summary: 'show the fields of a universal data model',
  args: [{ name: 'key', summary: 'contacts, companies, deals, …', completes: 'models' }],
  examples: ['udm show contacts'],
  async run(_session, [key = '']) {
    const { udmKeys, udmModels } = await import('../../../core/udm.js');
    const model = udmModels().get(key);
    if (model === undefined) {
      const hint = didYouMean(key, udmKeys()) ?? 'see them with "membrane udm list"';
      throw new MembraneError('usage/argument', `no universal data model "${key}"`, { hint });
    }
    const rows = rowsOf(model.fieldsSchema, '');
    return { data: { key, ...model }, human: (style) => renderTable(['field', 'type', ''], rows, style) };
  },
};

/** The fields of an object and of what is in it, as `emails[].value`. */
function rowsOf(schema: JsonObject, before: string): string[][] {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  return Object.entries(properties).flatMap(([name, field]) => {
    if (!isObject(field)) return [];
    const whole = field as JsonObject;
    const items = isObject(whole['items']) ? (whole['items'] as JsonObject) : undefined;
    const path = `${before}${name}${items === undefined ? '' : '[]'}`;
    const own = [path, typeOf(items ?? whole), notes(items ?? whole, whole)];
    return [own, ...rowsOf(items ?? whole, `${path}.`)];
  });
}

function typeOf({ type, format }: JsonObject): string {
  return String(format ?? type);
}

function notes(shape: JsonObject, field: JsonObject): string {
  const values = Array.isArray(shape['enum']) ? shape['enum'].map(String).join(', ') : '';
  return [
    shape['referenceUdm'] === undefined ? '' : `id in ${String(shape['referenceUdm'])}`,
    values === '' ? '' : `${values}${shape['allowCustom'] === true ? ', or others' : ''}`,
    field['readOnly'] === true ? 'read only' : '',
  ]
    .filter((note) => note !== '')
    .join('; ');
}
