import type { Argument, Option, Options } from '../../command.js';
import { text } from '../../command.js';

/** Whose links, and which: what the `link` commands have in common. */
export const tableArgument: Argument = {
  name: 'table',
  summary: 'key of the data link table',
  completes: 'element:data-link-table',
};

export const connectionOption: Option = {
  flags: '--connection <key>',
  summary: 'whose links; not needed where only one connection fits',
  completes: 'connections',
};

export const idOptions: readonly Option[] = [
  { flags: '--app <id>', summary: 'id of the record in your app' },
  { flags: '--external <id>', summary: 'id of the record in the external app' },
];

export const directionOption: Option = {
  flags: '--direction <direction>',
  summary: 'which way the record went; default: both',
  choices: ['import', 'export', 'both'],
};

export function linkIn(options: Options) {
  return {
    appRecordId: text(options, 'app'),
    externalRecordId: text(options, 'external'),
    direction: text(options, 'direction'),
  };
}
