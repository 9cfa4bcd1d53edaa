import type { Signature } from '../../core/function.js';
import type { JsonObject } from '../../core/json.js';
import type { TypedPlace } from '../../core/type-world.js';
import { formulasIn, within } from '../places.js';
import { responseType } from '../types/requests.js';
import { textType } from '../types/parts.js';
import { withVariables } from '../types/variables.js';

/** The typed places of a function that sends a request: only `responseMapping` sees the response. */
export function requestTypes(value: JsonObject, { variables, result }: Signature): TypedPlace[] {
  return within(['mapping'], formulasIn(value['mapping'])).map(({ at }) => {
    const name = at.at(-1);
    if (name !== 'responseMapping') return { at, variables, target: name === 'path' ? textType : undefined };
    return { at, variables: withVariables(variables, { response: responseType }), target: result };
  });
}
