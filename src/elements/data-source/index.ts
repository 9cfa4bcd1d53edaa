import { udmKind } from '../../core/udm.js';
import { defineKind } from '../define-kind.js';
import { placesIn } from '../places.js';
import { collectionParametersType } from '../config/collection-fields.js';
import { collectionRefs } from '../config/data-source.js';
import { recordsOf } from '../config/records.js';
import { anyFormula, count, text } from '../schema-parts.js';

export const dataSource = defineKind({
  name: 'data-source',
  folder: 'data-sources',
  summary: 'Names the records that other elements work on, whichever app they are in.',
  fields: {
    collectionKey: text('Key of a data collection of the connector.'),
    collectionParameters: anyFormula('Parameters of the collection.'),
    udm: text('A universal data model: the first collection that the connector maps to it is used.'),
    path: text('Path of the collection, as exports write it: /data/KEY.'),
    defaultPath: text('Path that is used where no other is chosen, as exports write it.'),
    pullUpdatesIntervalSeconds: count('Seconds between pulls of changed records.', 1, { default: 300 }),
    fullSyncIntervalSeconds: count('Seconds between full scans.', 60, { default: 10_800 }),
  },
  places: (value) =>
    placesIn(value, { formulas: [['collectionParameters']], refs: [[['udm'], udmKind], ...collectionRefs] }),
  types(value, world) {
    const source = Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'key'));
    const target = collectionParametersType(recordsOf(source, world).collection);
    return [{ at: ['collectionParameters'], variables: undefined, target }];
  },
  examples: [
    { title: 'For every app with contacts', yaml: 'name: Contacts\nudm: contacts\n' },
    {
      title: 'A collection of one app',
      yaml: `name: Tasks of a project
collectionKey: tasks
collectionParameters:
  projectId: '42'
pullUpdatesIntervalSeconds: 60
`,
    },
  ],
});
