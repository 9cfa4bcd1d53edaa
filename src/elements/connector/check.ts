import { isObject, type JsonObject } from '../../core/json.js';
import type { Finding } from '../../core/kind.js';
import { optionsOf } from './places.js';

const withoutClient = ['proxy', 'membrane-token'];

/** Every way to authenticate needs `makeApiClient`; an option falls back to the one beside "options". */
export function checkConnector(value: JsonObject): Finding[] {
  const auth = value['auth'];
  if (!isObject(auth) || auth['makeApiClient'] !== undefined) return [];
  const options = optionsOf(auth);
  const ways: [string[], unknown][] = options.map(([key, option]) => [['auth', 'options', key], option]);
  if (auth['type'] !== undefined) ways.unshift([['auth'], auth]);
  return ways.flatMap(([path, way]): Finding[] => {
    if (!isObject(way) || way['makeApiClient'] !== undefined) return [];
    const { type } = way;
    if (typeof type === 'string' && withoutClient.includes(type)) return [];
    const file = [...path.filter((part) => part !== 'options'), 'make-api-client.map.yml'].join('/');
    const help = `write ${file} with "baseUri" and "headers"`;
    const message = `"${path.join('.')}" has no "makeApiClient", so no request can be made`;
    return [{ code: 'schema/missing-field', message, path, target: 'key', help }];
  });
}
