import type { JsonObject } from '../../core/json.js';
import { choice, count, formulaOr, object, text } from '../schema-parts.js';

const where = 'a locator in the response, such as data.paging.next';

/** `pagination` of a request: how the API pages this list. */
export const paginationConfig: JsonObject = formulaOr(
  object(
    "How the pages of this list are asked for; default: as the connector's makeApiClient says.",
    {
      type: choice(
        ['link-header', 'next-url', 'cursor', 'offset', 'page'],
        'link-header: Link with rel="next"; next-url: an address in the response; cursor: a mark to send back; offset and page: counted here.',
      ),
      in: choice(['query', 'body', 'header'], 'Where the mark of a page goes. Default: query.'),
      parameter: text('Its name; in a body a locator. Default: cursor, offset or page.'),
      limit: count('Items asked for in a page.', 1),
      limitParameter: text('Where the limit goes; it is not sent without.'),
      items: text(`Where the items are: ${where}. Default: the data, or the one list in it.`),
      next: text(`Where the next mark or address is: ${where}; last is the last item of the page: last.id.`),
      hasMore: text(`Where it says whether there is more: ${where}.`),
      total: text(`Where the number of all items is: ${where}.`),
      firstPage: count('Number of the first page. Default: 1.', 0),
    },
    ['type'],
  ),
);
