import { parseLocator } from '../../core/locator.js';
import type { InstanceFacts } from '../../membrane.js';
import { flag, text, texts, type Command, type Option, type Options } from '../command.js';
import type { Style } from '../output/style.js';
import { renderTable } from '../output/table.js';
import type { Session } from '../session.js';
import { showOf } from './kind.js';
import { askWhichConnection } from './run-element.js';

/** What a connection customises of an element of a kind: `set` is the kind's own, the rest is the same for all. */
export const instanceOptions: readonly Option[] = [
  {
    flags: '--connection <key>',
    summary: 'for which connection; not needed where only one has it',
    completes: 'connections',
  },
  { flags: '--instance <key>', summary: 'one of several instances that the connection has of it' },
];

/** `reset`, `show` and `export` of a kind whose elements connections customise. */
export function instanceCommands(kind: string): Command[] {
  return [showInstance(kind), resetInstance(kind), exportInstance(kind)];
}

/** Sets parts of an element for one connection, and says what became of it. */
export async function setInstance(
  session: Session,
  name: { readonly kind: string; readonly key: string; readonly options: Options },
  change: Parameters<Instances['set']>[1],
) {
  const { instances } = await session.membrane();
  const facts = await forConnection(session, name, (whose) => instances.set(whose, change));
  return {
    data: facts,
    human: () => JSON.stringify(facts.set, null, 2),
    note: `set for "${facts.connection}"; into a file of the project: membrane ${name.kind} export ${name.key} --connection ${facts.connection}`,
  };
}

type Instances = Awaited<ReturnType<Session['membrane']>>['instances'];

function showInstance(kind: string): Command {
  const plain = showOf(kind);
  return {
    ...plain,
    options: [
      ...(plain.options ?? []),
      ...instanceOptions.slice(1),
      { flags: '--resolved', summary: 'as it stands for a connection, with what was set by command' },
      { flags: '--from', summary: 'say of each value which layer and which line of a file it comes from' },
    ],
    examples: [...plain.examples, `${kind} show KEY --connection crm --resolved --from`],
    async run(session, [key = ''], options) {
      const resolved = ['connection', 'instance'].some((name) => options[name] !== undefined);
      if (!resolved && !flag(options, 'resolved') && !flag(options, 'from')) {
        return plain.run(session, [key], options);
      }
      const { instances } = await session.membrane();
      const facts = await forConnection(session, { kind, key, options }, (name) => instances.show(name));
      return {
        data: facts,
        human: (style) =>
          flag(options, 'from') ? renderOrigins(facts, style) : JSON.stringify(facts.value, null, 2),
      };
    },
  };
}

function resetInstance(kind: string): Command {
  return {
    path: `${kind} reset`,
    summary: `forget what was set of a ${kind} for a connection`,
    args: [{ name: 'key', summary: `key of the ${kind}`, completes: `element:${kind}` }],
    options: [
      ...instanceOptions,
      { flags: '--field <path>', summary: 'only what was set there: importValue.email', many: true },
    ],
    examples: [`${kind} reset KEY --connection crm`],
    async run(session, [key = ''], options) {
      const { instances } = await session.membrane();
      const paths = texts(options, 'field').map(parseLocator);
      const reset = await forConnection(session, { kind, key, options }, (name) =>
        instances.reset(name, paths),
      );
      return {
        data: { reset },
        human: () => (reset ? `reset ${kind} "${key}"` : `nothing was set of ${kind} "${key}"`),
      };
    },
  };
}

function exportInstance(kind: string): Command {
  return {
    path: `${kind} export`,
    summary: `move what was set of a ${kind} into a file below connections/`,
    args: [{ name: 'key', summary: `key of the ${kind}`, completes: `element:${kind}` }],
    options: instanceOptions,
    examples: [`${kind} export KEY --connection crm`],
    async run(session, [key = ''], options) {
      const { instances } = await session.membrane();
      const { files } = await forConnection(session, { kind, key, options }, (name) =>
        instances.export(name),
      );
      return {
        data: { files },
        human: () =>
          files.length === 0
            ? `nothing was set of ${kind} "${key}"`
            : files.map((file) => `wrote ${file}`).join('\n'),
      };
    },
  };
}

/** Where several connections fit, a person at a terminal chooses. */
function forConnection<T>(
  session: Session,
  { kind, key, options }: { readonly kind: string; readonly key: string; readonly options: Options },
  work: (name: Parameters<Instances['show']>[0]) => Promise<T>,
): Promise<T> {
  const instance = text(options, 'instance');
  return askWhichConnection(session, text(options, 'connection'), (connection) =>
    work({ kind, key, connection, instance }),
  );
}

function renderOrigins({ origins }: InstanceFacts, style: Style): Promise<string> {
  const rows = origins.map(({ path, value, layer, from }) => [
    path,
    JSON.stringify(value),
    layer,
    from ?? 'set by command',
  ]);
  return renderTable(['field', 'value', 'layer', 'from'], rows, style);
}
