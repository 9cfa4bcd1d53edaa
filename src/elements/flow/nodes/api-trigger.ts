import { placesIn } from '../../places.js';
import { dataSchema, object } from '../../schema-parts.js';
import { written } from '../../types/parts.js';
import type { NodeType } from '../node-type.js';

export const apiTrigger: NodeType = {
  name: 'api-trigger',
  summary: 'Starts a run when somebody asks for it, with an input.',
  trigger: true,
  when: () => 'when somebody runs it',
  config: object('Nothing to configure, or what the input looks like.', {
    inputSchema: dataSchema('What a run takes, where the node itself does not say it.'),
  }),
  places: (config) => placesIn(config, { schemas: [['inputSchema']] }),
  output: (config, { inputSchema }) => inputSchema ?? written(config['inputSchema']),
};
