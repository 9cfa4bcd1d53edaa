import { isObject } from '../../core/json.js';
import type { Place } from '../../core/kind.js';
import { formulasIn, isFormula, within } from '../places.js';
import { dataLinkTablePlaces } from './data-link-table.js';
import { dataSourcePlaces } from './data-source.js';
import { fieldMappingPlaces } from './field-mapping.js';

const parts: Readonly<Record<string, (value: unknown) => Place[]>> = {
  dataSource: dataSourcePlaces,
  fieldMapping: fieldMappingPlaces,
  dataLinkTable: dataLinkTablePlaces,
};

/** Places of the `config` of an action, node or event, relative to it: all formulas but for the known parts. */
export function configPlaces(config: unknown): Place[] {
  if (!isObject(config)) return [];
  if (isFormula(config)) return [{ at: [], holds: 'formula' }];
  const places = formulasIn(config, Object.keys(parts));
  for (const [name, placesOf] of Object.entries(parts)) {
    if (config[name] !== undefined) places.push(...within([name], placesOf(config[name])));
  }
  return places;
}
