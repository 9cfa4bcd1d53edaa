import { renderTable } from '../output/table.js';
import { text, type Command } from '../command.js';

/** `KIND list` and `KIND show` are the same for every kind. */
export function kindCommands(kind: string): Command[] {
  return [listOf(kind), showOf(kind)];
}

function listOf(kind: string): Command {
  return {
    path: `${kind} list`,
    summary: `list every ${kind} of the project`,
    options: [
      {
        flags: '--integration <key>',
        summary: 'only on the layer of this integration',
        completes: 'element:integration',
      },
    ],
    examples: [`${kind} list`],
    async run(session, _args, options) {
      const integration = text(options, 'integration');
      const elements = await (
        await session.membrane({ allowBare: true })
      ).elements.list(kind, integration === undefined ? {} : { integration });
      const rows = elements.map((one) => [
        one.connector === undefined ? one.key : `${one.connector}/${one.key}`,
        one.type ?? '',
        one.integration ?? one.connection ?? '',
        `${one.name ?? ''}${one.off ? ' (off)' : ''}`,
        one.file,
      ]);
      return {
        data: elements,
        human: (style) =>
          rows.length === 0 ? '' : renderTable(['key', 'type', 'layer', 'name', 'file'], rows, style),
        ...(rows.length === 0 ? { note: `no ${kind} yet: membrane new ${kind} KEY` } : {}),
      };
    },
  };
}

/** `KIND show`, for kinds whose own says more. */
export function showOf(kind: string): Command {
  return {
    path: `${kind} show`,
    summary: `show one ${kind}, its layers merged`,
    args: [{ name: 'key', summary: `key of the ${kind}`, completes: `element:${kind}` }],
    options: [
      {
        flags: '--integration <key>',
        summary: 'as it stands for this integration',
        completes: 'element:integration',
      },
      { flags: '--connection <key>', summary: 'as it stands for this connection', completes: 'connections' },
    ],
    examples: [`${kind} show KEY`],
    async run(session, [key = ''], options) {
      const membrane = await session.membrane({ allowBare: true });
      const integration = text(options, 'integration');
      const connection = text(options, 'connection');
      const known = connection === undefined ? undefined : await membrane.connections.show(connection);
      const layer = integration === undefined ? {} : { integration };
      const scope =
        known === undefined ? layer : { integration: known.integrationKey, connection: known.key };
      const element = await membrane.elements.show(kind, key, scope);
      return {
        data: element,
        human: ({ color }) => {
          const layers = element.layers.map(
            ({ layer, files }) => `${color.bold(layer.padEnd(12))}${files.join(', ')}`,
          );
          return [color.bold(element.ref), ...layers, JSON.stringify(element.value, null, 2)].join('\n');
        },
      };
    },
  };
}
