import type { Command } from '../../command.js';
import { text } from '../../command.js';
import { idleBecause } from '../../flow-idle.js';

export const flowEnable = switching('enable', true);
export const flowDisable = switching('disable', false);

function switching(word: string, enabled: boolean): Command {
  return {
    path: `flow ${word}`,
    summary: enabled
      ? 'let events start a flow for a connection'
      : 'let no events start a flow for a connection',
    args: [{ name: 'key', summary: 'key of the flow', completes: 'element:flow' }],
    options: [
      {
        flags: '--connection <key>',
        summary: 'for whose account; not needed where only one fits',
        completes: 'connections',
      },
    ],
    examples: [`flow ${word} sync-contacts --connection crm`],
    async run(session, [key = ''], options) {
      const membrane = await session.membrane();
      const { connection } = await membrane.flows.setEnabled(key, enabled, {
        connection: text(options, 'connection'),
      });
      const said = `"${key}" is ${enabled ? 'on' : 'off'} for ${connection}`;
      const { integrationKey: integration } = await membrane.connections.show(connection);
      const { idle } = await membrane.flows.show(key, { integration, connection });
      const why = enabled && idle !== undefined ? idleBecause(idle, key) : undefined;
      return {
        data: { flow: key, connection, enabled, ...(enabled && idle !== undefined ? { idle } : {}) },
        human: () => '',
        note: why === undefined ? said : `${said}\nnothing will start it by itself: ${why}`,
      };
    },
  };
}
