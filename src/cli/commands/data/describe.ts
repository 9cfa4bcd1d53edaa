import { isObject } from '../../../core/json.js';
import type { DataDescription } from '../../../membrane.js';
import { text, type Command } from '../../command.js';
import { renderTable } from '../../output/table.js';
import type { Style } from '../../output/style.js';
import { keyArgument, openTarget, targetOptions } from './target.js';

export const dataDescribe: Command = {
  path: 'data describe',
  summary: 'show what can be done with records: methods, requests, parameters and fields',
  args: [keyArgument],
  options: [
    ...targetOptions,
    {
      flags: '--integration <key>',
      summary: 'whose connector, where there is no connection yet',
      completes: 'element:integration',
    },
  ],
  examples: ['data describe contacts', 'data describe contacts --integration crm'],
  async run(session, [key = ''], options) {
    const integration = text(options, 'integration');
    const description =
      integration === undefined
        ? (await openTarget(session, key, options)).description
        : await (await session.membrane()).data.describe(key, { integration });
    return { data: description, human: (style) => render(description, style) };
  },
};

async function render(about: DataDescription, style: Style): Promise<string> {
  const { connector, collection, methods, events } = about;
  const head = [
    `data-collection/${collection} of the connector "${connector}"`,
    about.name,
    about.description,
  ];
  const table = await renderTable(
    ['method', 'by', 'requests', 'takes'],
    methods.map((method) => [method.name, method.by, method.requests.join(', '), takes(method)]),
    style,
  );
  const parameters = rowsOf(about.parametersSchema);
  const fields = rowsOf(about.fieldsSchema);
  const changes = Object.entries(events).map(([change, how]) => [change, how]);
  const parts = [
    head.filter((line) => line !== undefined).join('\n'),
    methods.length === 0 ? 'no methods' : table,
    parameters.length === 0 ? '' : await renderTable(['parameter', 'type', ''], parameters, style),
    fields.length === 0 ? '' : await renderTable(['field', 'type', ''], fields, style),
    about.hasCustomFields ? 'a connection may have more fields: membrane data schema' : '',
    changes.length === 0 ? '' : await renderTable(['event', 'by'], changes, style),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function takes(method: DataDescription['methods'][number]): string {
  const list = (title: string, names: readonly string[] | undefined) =>
    names === undefined ? [] : [`${title} ${names.join(', ')}`];
  return [
    ...list('filter by', method.filterFields),
    ...list('only', method.fields),
    ...list('not', method.excludedFields),
    ...list('needs', method.requiredFields),
  ].join('; ');
}

function rowsOf(schema: unknown): string[][] {
  if (!isObject(schema)) return [];
  const { properties, required } = schema;
  return Object.entries(isObject(properties) ? properties : {}).map(([name, field]) => {
    const whole = isObject(field) ? field : {};
    const type = whole['format'] ?? whole['type'] ?? '';
    const notes = [
      Array.isArray(required) && required.includes(name) ? 'required' : '',
      whole['readOnly'] === true ? 'read only' : '',
      whole['writeOnly'] === true ? 'write only' : '',
      whole['default'] === undefined ? '' : `default ${JSON.stringify(whole['default'])}`,
    ];
    return [name, [type].flat().map(String).join(' | '), notes.filter((note) => note !== '').join('; ')];
  });
}
