import { isObject, type Json, type JsonObject } from '../../../core/json.js';
import { formulasIn } from '../../places.js';
import { anyFormula, object, text } from '../../schema-parts.js';
import { listOf, listType, objectType, part, plain } from '../../types/parts.js';
import type { NodeType } from '../node-type.js';

export const forEach: NodeType = {
  name: 'for-each',
  summary: 'Runs nodes of its own for each item of a list.',
  aliases: ['for-each-v2'],
  config: object('The list, and where its items go.', {
    items: anyFormula('The list.'),
    rootNodeKey: text('Key of the first node that runs for each item; the item is input.KEY.item there.'),
  }),
  needs: ['items'],
  places: (config) => formulasIn(config, ['rootNodeKey']),
  targets: () => [{ at: ['items'], target: listType }],
  output: (_, { inner }) =>
    objectType(Object.fromEntries([...inner].map(([key, output]) => [key, listOf(output)]))),
  inside(config, { world, variables }) {
    const items = plain(world.typeOf(config['items'], variables), world);
    const item = isObject(items as Json)
      ? part((items as JsonObject)['items'], items as JsonObject)
      : undefined;
    return objectType({ item, index: { type: 'integer' } });
  },
};
