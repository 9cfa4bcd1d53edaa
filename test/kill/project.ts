import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JsonObject } from '../../src/core/json.js';

/**
 * A flow with branches, a for-each in a for-each, and nodes that work on several inputs at once. Some requests may be
 * repeated, by their method or by a key; `vip` and `pack` may not.
 */
const flow = (url: string): string => `nodes:
  start: {type: api-trigger, links: [{key: plan}]}
  plan:
    type: http-request
    concurrency: 2
    config: {request: {uri: ${url}/plan, method: GET, query: {customer: {$var: input.customer}, mark: {$var: input.mark}}}}
    links:
      - key: vip
        filter: {$eval: {$var: output.vip}, is: true}
      - key: orders
      - key: audit
  vip:
    type: http-request
    config: {request: {uri: ${url}/vip, method: POST, body: {customer: {$var: input.customer}, mark: {$var: input.mark}}}}
    links: [{key: greeted}]
  greeted: {type: transform-data, config: {output: {id: {$var: input.vip.id}}}}
  audit:
    type: http-request
    config:
      request: {uri: ${url}/audit, method: POST, body: {customer: {$var: input.customer}, mark: {$var: input.mark}}}
      idempotency: {in: header, name: Idempotency-Key}
  orders:
    type: for-each
    concurrency: 2
    config: {items: {$var: input.plan.orders}, rootNodeKey: order}
    links: [{key: summary}]
  order:
    type: http-request
    concurrency: 3
    config:
      request: {uri: ${url}/order, method: POST, body: {sku: {$var: input.orders.item.sku}, mark: {$var: input.mark}}}
      idempotency: {in: body, name: requestId}
    links: [{key: items}]
  items:
    type: for-each
    concurrency: 3
    config: {items: {$jsonata: input.orders.item.items}, rootNodeKey: pack}
    links: [{key: ship}]
  pack:
    type: http-request
    concurrency: 2
    config: {request: {uri: ${url}/pack, method: POST, body: {item: {$var: input.items.item}, mark: {$var: input.mark}}}}
    links: [{key: label}]
  label: {type: transform-data, config: {output: {$concat: [{$var: input.order.id}, '-', {$var: input.pack.id}]}}}
  ship:
    type: http-request
    config: {request: {uri: ${url}/ship, method: PUT, body: {labels: {$var: input.items.label}, mark: {$var: input.mark}}}}
  summary: {type: transform-data, config: {output: {ships: {$var: input.orders.ship}}}}
`;

export const customers = 3;

export const inputsOf = (mark: string): JsonObject[] =>
  Array.from({ length: customers }, (_, customer) => ({ customer, mark }));

export function makeProject(url: string): string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'membrane-kill-')));
  mkdirSync(path.join(root, 'flows'));
  writeFileSync(path.join(root, 'membrane.yaml'), '');
  writeFileSync(path.join(root, 'flows/order.yaml'), flow(url));
  return root;
}
