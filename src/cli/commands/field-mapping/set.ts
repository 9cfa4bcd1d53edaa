import { MembraneError } from '../../../core/error.js';
import { isObject, type JsonObject } from '../../../core/json.js';
import type { Command } from '../../command.js';
import { inputOptions, readInput } from '../../input.js';
import { instanceOptions, setInstance } from '../instance.js';

export const fieldMappingSet: Command = {
  path: 'field-mapping set',
  summary: 'change parts of a field mapping for one connection',
  description:
    'Objects are merged with what is there; null takes out what a file says. What is set is kept in .membrane, for the\n' +
    'tenant; "field-mapping export" moves it into a file.',
  args: [{ name: 'key', summary: 'key of the field mapping', completes: 'element:field-mapping' }],
  options: [...instanceOptions, ...inputOptions],
  examples: [
    `field-mapping set contacts --connection crm --set 'importValue.phone={"$var": "$.mobile"}'`,
    'field-mapping set contacts --connection crm --input @mapping.json',
    'field-mapping set contacts --set importValue.fax=null',
  ],
  async run(session, [key = ''], options) {
    const change = await readInput(session, options);
    if (!isObject(change) || Object.keys(change).length === 0) {
      throw new MembraneError('usage/argument', 'nothing says what is to be changed', {
        hint: `--set 'importValue.phone={"$var": "$.mobile"}', or --input with an object`,
      });
    }
    return setInstance(session, { kind: 'field-mapping', key, options }, change as JsonObject);
  },
};
