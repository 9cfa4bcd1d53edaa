import { MembraneError } from '../../../core/error.js';
import type { Connection, Membrane } from '../../../membrane.js';
import { flag, type Command } from '../../command.js';
import type { Session } from '../../session.js';

export const connectionDelete: Command = {
  path: 'connection delete',
  summary: 'end the grant of a connection, and forget it and its secrets',
  args: [{ name: 'key', summary: 'key or id', completes: 'connections' }],
  options: [
    { flags: '-y, --yes', summary: 'do not ask' },
    { flags: '--force', summary: 'forget it here also where its grant cannot be ended at the external app' },
  ],
  examples: ['connection delete crm --yes', 'connection delete crm --yes --force'],
  async run(session, [key = ''], options) {
    const membrane = await session.membrane();
    const connection = await membrane.connections.show(key);
    if (!flag(options, 'yes')) {
      if (session.prompts === undefined) {
        throw new MembraneError(
          'usage/argument',
          `"${connection.key}" would be forgotten, with its secrets`,
          { hint: 'say so with --yes' },
        );
      }
      const sure = await session.prompts.confirm(
        `Forget the connection "${connection.key}" and its secrets?`,
        false,
      );
      if (!sure) return { data: { deleted: false }, human: () => '', note: 'nothing was deleted' };
    }
    const { grant } = await removeOrAsk(session, membrane, connection, flag(options, 'force'));
    return {
      data: { deleted: true, key: connection.key, ...(grant === undefined ? {} : { grant }) },
      human: () => `deleted "${connection.key}"${grant === undefined ? '' : `: ${said[grant]}`}`,
    };
  },
};

const said = {
  ended: 'its grant was ended',
  unending: 'the provider offers no way to end the grant, but for the settings of your account there',
  left: 'its grant was not ended',
};

/** Where the external app cannot be told, a person may decide to forget the connection all the same. */
async function removeOrAsk(
  session: Session,
  membrane: Membrane,
  { id, key }: Connection,
  force: boolean,
): ReturnType<Membrane['connections']['remove']> {
  try {
    return await session.output.progress('deleting', membrane.connections.remove(id, { force }));
  } catch (error) {
    const isRevoke = error instanceof MembraneError && error.code === 'connection/revoke';
    if (!isRevoke || session.prompts === undefined) throw error;
    session.output.note(error.message);
    if (!(await session.prompts.confirm(`Forget "${key}" here all the same?`, false))) throw error;
    return membrane.connections.remove(id, { force: true });
  }
}
