import { isObject } from '../../../core/json.js';
import { configPlaces } from '../../config/places.js';
import type { Pagination } from '../../../core/pagination.js';
import { paginationConfig } from '../../config/pagination.js';
import { checkPathParameters } from '../../config/path-parameters.js';
import { clientRequest, pathRequest } from '../../config/request.js';
import { choice, object } from '../../schema-parts.js';
import { dataType, requestType } from '../../types/requests.js';
import type { ActionType } from '../action-type.js';

export const apiRequestToExternalApp: ActionType = {
  name: 'api-request-to-external-app',
  summary: "Sends a request to the external app, with the connection's address and credentials.",
  needsConnection: true,
  config: object(
    'The request.',
    {
      request: pathRequest,
      paginate: choice(['all'], 'Follow all pages of a list; the output is the list of all items.'),
      pagination: paginationConfig,
    },
    ['request'],
  ),
  places: configPlaces,
  check: (config) => checkPathParameters(config, ['request', 'path'], ['request', 'pathParameters']),
  targets: () => [{ at: ['request'], target: requestType }],
  output: ({ request, paginate }) => (paginate === undefined ? dataType(request) : undefined),
  async run(ctx) {
    const request = await ctx.evaluate(['config', 'request']);
    const path = isObject(request) ? request['path'] : undefined;
    const sent = clientRequest(request, path);
    if ((await ctx.evaluate(['config', 'paginate'])) !== 'all')
      return (await ctx.externalApp.send(sent)).data;
    const pagination = (await ctx.evaluate(['config', 'pagination'])) as Pagination | undefined; // checked by the client
    const all: unknown[] = [];
    for await (const { items } of ctx.externalApp.pages(sent, pagination)) all.push(...items);
    return all;
  },
};
