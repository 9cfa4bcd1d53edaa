import { isObject } from '../../../core/json.js';
import { configPlaces } from '../../config/places.js';
import { clientRequest, pathRequest } from '../../config/request.js';
import { object } from '../../schema-parts.js';
import type { ActionType } from '../action-type.js';

export const apiRequestToExternalApp: ActionType = {
  name: 'api-request-to-external-app',
  summary: "Sends a request to the external app, with the connection's address and credentials.",
  needsConnection: true,
  config: object('The request.', { request: pathRequest }, ['request']),
  places: configPlaces,
  async run(ctx) {
    const request = await ctx.evaluate(['config', 'request']);
    const path = isObject(request) ? request['path'] : undefined;
    const response = await ctx.externalApp.send(clientRequest(request, path));
    return response.data;
  },
};
