import { MembraneError } from '../../../core/error.js';
import { text, type Command } from '../../command.js';
import { readJson } from '../../input.js';

export const eventEmit: Command = {
  path: 'event emit',
  summary: 'say that something happened in your own app; a list is many events',
  args: [{ name: 'key', summary: 'key of the internal event', completes: 'element:internal-event' }],
  options: [{ flags: '--data <json>', summary: 'the event: JSON, @FILE, or - for standard input' }],
  examples: [
    'event emit contact-changed --data \'{"email": "jo@example.com"}\'',
    'event emit contact-changed --data @events.json',
  ],
  async run(session, [key = ''], options) {
    const given = text(options, 'data');
    if (given === undefined) {
      throw new MembraneError('usage/argument', 'nothing says what happened', {
        hint: '--data \'{"email": "jo@example.com"}\'',
      });
    }
    const data = await readJson(session, given, '--data');
    const membrane = await session.membrane();
    const emitted = await membrane.events.emit(key, Array.isArray(data) ? data : [data]);
    const starts = emitted.reduce((sum, one) => sum + one.starts.length, 0);
    const note =
      starts === 0
        ? `nobody waits for it; why: membrane event why ${emitted[0]?.id ?? ''}`
        : `${starts} ${starts === 1 ? 'flow run waits' : 'flow runs wait'} to be started by "membrane watch"`;
    return { data: emitted, human: () => emitted.map(({ id }) => id).join('\n'), note };
  },
};
