import { MembraneError } from '../../../core/error.js';
import { isObject, type JsonObject } from '../../../core/json.js';
import { text, type Command } from '../../command.js';
import { inputOptions, readInput, readJson } from '../../input.js';
import { instanceOptions, setInstance } from '../instance.js';

export const dataSourceSet: Command = {
  path: 'data-source set',
  summary: 'choose the records that a data source means for one connection',
  description: 'What is set is kept in .membrane, for the tenant; "data-source export" moves it into a file.',
  args: [{ name: 'key', summary: 'key of the data source', completes: 'element:data-source' }],
  options: [
    ...instanceOptions,
    { flags: '--collection <key>', summary: 'data collection of the connector' },
    { flags: '--parameters <json>', summary: 'parameters of the collection: JSON, @FILE, or -' },
    { flags: '--udm <model>', summary: 'universal data model' },
    ...inputOptions,
  ],
  examples: [
    'data-source set tasks --connection crm --collection tasks',
    `data-source set tasks --collection tasks --parameters '{"projectId": "42"}'`,
    'data-source set tasks --set pullUpdatesIntervalSeconds=60',
  ],
  async run(session, [key = ''], options) {
    const [collection, udm] = [text(options, 'collection'), text(options, 'udm')];
    const parameters = text(options, 'parameters');
    const given = await readInput(session, options);
    if (given !== undefined && !isObject(given)) throw nothingGiven();
    const change: JsonObject = {
      ...given,
      ...(collection === undefined ? {} : { collectionKey: collection }),
      ...(udm === undefined ? {} : { udm }),
      ...(parameters === undefined
        ? {}
        : { collectionParameters: await readJson(session, parameters, '--parameters') }),
    };
    if (Object.keys(change).length === 0) throw nothingGiven();
    return setInstance(session, { kind: 'data-source', key, options }, change);
  },
};

function nothingGiven(): MembraneError {
  return new MembraneError('usage/argument', 'nothing says what the data source is to be', {
    hint: '--collection KEY, --parameters JSON, --udm MODEL, or --set field=value',
  });
}
