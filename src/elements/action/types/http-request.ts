import { isObject } from '../../../core/json.js';
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
  targets: () => [{ at: ['request'], target: requestType }],
  output: ({ request }) => dataType(request),
  async run(ctx) {
    const request = await ctx.evaluate(['config', 'request']);
    const uri = isObject(request) ? request['uri'] : undefined;
    const response = await ctx.web.send(clientRequest(request, uri));
    return response.data;
  },
};
