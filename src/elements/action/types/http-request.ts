import { isObject } from '../../../core/json.js';
import type { Finding } from '../../../core/kind.js';
import { configPlaces } from '../../config/places.js';
import { clientRequest, uriRequest } from '../../config/request.js';
import { object } from '../../schema-parts.js';
import { dataType, requestType } from '../../types/requests.js';
import type { ActionType } from '../action-type.js';

export const httpRequest: ActionType = {
  name: 'http-request',
  summary: 'Sends a request to any address, without credentials of a connection.',
  config: object('The request.', { request: uriRequest('The absolute address.', ['uri']) }, ['request']),
  places: configPlaces,
  check: absolute,
  targets: () => [{ at: ['request'], target: requestType }],
  output: ({ request }) => dataType(request),
  async run(ctx) {
    const request = await ctx.evaluate(['config', 'request']);
    const uri = isObject(request) ? request['uri'] : undefined;
    const response = await ctx.web.send(clientRequest(request, uri));
    return response.data;
  },
};

/** There is no base address that a relative one could start from. */
function absolute(config: unknown): Finding[] {
  const request = isObject(config) ? config['request'] : undefined;
  const uri = isObject(request) ? request['uri'] : undefined;
  if (typeof uri !== 'string' || /^https?:\/\//i.test(uri)) return [];
  return [
    {
      code: 'request/relative',
      message: `"${uri}" is no absolute address`,
      path: ['request', 'uri'],
      help: 'begin it with "https://"; paths of a connection are for "api-request-to-external-app", those of your product for "api-request-to-your-app"',
    },
  ];
}
