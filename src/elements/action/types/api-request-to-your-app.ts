import { isObject } from '../../../core/json.js';
import { configPlaces } from '../../config/places.js';
import { clientRequest, uriRequest } from '../../config/request.js';
import { object } from '../../schema-parts.js';
import { dataType, requestType } from '../../types/requests.js';
import type { ActionType } from '../action-type.js';

const uri = 'Where to send it, relative to "app.baseUri" of membrane.yaml. Default: that address itself.';

export const apiRequestToYourApp: ActionType = {
  name: 'api-request-to-your-app',
  summary: 'Sends a request to your own app; the body is the whole input unless given.',
  config: object('The request.', { request: uriRequest(uri, []) }),
  places: configPlaces,
  targets: () => [{ at: ['request'], target: requestType }],
  output: ({ request }) => dataType(request),
  async run(ctx) {
    const given = await ctx.evaluate(['config', 'request']);
    const request = isObject(given) ? given : {};
    const response = await ctx.yourApp.send(clientRequest(request, request['uri'] ?? '', ctx.input));
    return response.data;
  },
};
