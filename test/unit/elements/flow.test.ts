import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject } from '../../../src/core/json.js';
import { kindNamed } from './fit.js';

const flow = kindNamed('flow');

/** Findings of a flow that is given as `KEY: [TYPE, LINK…]`, with the root of a for-each after `@`. */
function check(nodes: Record<string, readonly string[]>): unknown[] {
  const entries = Object.entries(nodes).map(([key, [type = 'filter', ...links]]) => {
    const root = links.find((link) => link.startsWith('@'))?.slice(1);
    const targets = links.filter((link) => !link.startsWith('@')).map((link) => ({ key: link }));
    const config = type.startsWith('for-each')
      ? { items: [], ...(root === undefined ? {} : { rootNodeKey: root }) }
      : undefined;
    return [key, { type, ...(config === undefined ? {} : { config }), links: targets }];
  });
  const findings = flow.check?.({ nodes: Object.fromEntries(entries) }) ?? [];
  return findings.map(({ code, message, path, help }) => [code, message, path.join('.'), help]);
}

describe('the graph of a flow', () => {
  it('may branch, join and loop over a list', () => {
    expect(
      check({
        start: ['api-trigger', 'each', 'b'],
        each: ['for-each', '@inside', 'end'],
        inside: ['filter', 'inside-2'],
        'inside-2': ['filter'],
        b: ['filter', 'end'],
        end: ['filter'],
      }),
    ).toEqual([]);
  });

  it('a misspelt link is one problem', () => {
    expect(
      check({ start: ['api-trigger', 'transfrom'], transform: ['filter', 'end'], end: ['filter'] }),
    ).toEqual([
      ['ref/not-found', 'no node "transfrom"', 'nodes.start.links.0.key', 'did you mean "transform"?'],
    ]);
  });

  it('a link to nothing near says what there is', () => {
    expect(check({ start: ['api-trigger', 'elsewhere'], end: ['filter'] })).toEqual([
      ['ref/not-found', 'no node "elsewhere"', 'nodes.start.links.0.key', 'the nodes are "start", "end"'],
    ]);
  });

  it('a circle is reported once, where it closes', () => {
    const help = 'remove one of the links; to do something for each item of a list, use a for-each node';
    expect(
      check({ start: ['api-trigger', 'a'], a: ['filter', 'b'], b: ['filter', 'c', 'a'], c: ['filter', 'a'] }),
    ).toEqual([
      ['flow/cycle', 'the links form a circle: "a" → "b" → "c" → "a"', 'nodes.c.links.0.key', help],
    ]);
    expect(check({ start: ['api-trigger', 'a'], a: ['filter', 'a'] })).toEqual([
      ['flow/cycle', 'the links form a circle: "a" → "a"', 'nodes.a.links.0.key', help],
    ]);
  });

  it('a link into a trigger is no circle', () => {
    expect(check({ start: ['api-trigger', 'a'], a: ['filter', 'start'] })).toEqual([
      [
        'flow/link',
        '"start" is a trigger, and no link can lead into it',
        'nodes.a.links.0.key',
        'a trigger only starts runs: link to the node after it',
      ],
    ]);
  });

  it('of nodes that nothing reaches, the first is named', () => {
    expect(check({ start: ['api-trigger'], a: ['filter', 'b'], b: ['filter'] })).toEqual([
      [
        'flow/unreachable',
        'no trigger leads to the node "a"',
        'nodes.a',
        'link to it from another node, or remove it',
      ],
    ]);
  });

  it('needs a trigger', () => {
    const help = 'add a node of type "api-trigger" with a link to the first step';
    expect(check({ a: ['filter'] })).toEqual([
      ['flow/no-trigger', 'no node of the flow is a trigger', 'nodes', help],
    ]);
    expect(flow.check?.({})).toEqual([]);
  });

  it('a for-each needs the root of its body', () => {
    const help = 'give the key of the first node that runs for each item';
    expect(check({ start: ['api-trigger', 'each'], each: ['for-each'], body: ['filter'] })).toEqual([
      ['flow/for-each', 'the for-each node "each" has no "rootNodeKey"', 'nodes.each', help],
    ]);
    expect(check({ start: ['api-trigger', 'each'], each: ['for-each', '@bodi'], body: ['filter'] })).toEqual([
      ['flow/for-each', 'no node "bodi"', 'nodes.each.config.rootNodeKey', 'did you mean "body"?'],
    ]);
    expect(check({ start: ['api-trigger', 'each'], each: ['for-each', '@each'] })).toEqual([
      [
        'flow/for-each',
        'the for-each node "each" is its own root node',
        'nodes.each.config.rootNodeKey',
        help,
      ],
    ]);
  });

  it('older names of node types still work', () => {
    expect(
      check({ start: ['api-trigger', 'each'], each: ['for-each-v2', '@body'], body: ['filter'] }),
    ).toEqual([
      [
        'element/deprecated',
        '"for-each-v2" is an older name of the node type "for-each"',
        'nodes.each.type',
        'write "for-each"',
      ],
    ]);
  });

  it('takes a long chain in its stride', () => {
    const length = 20_000;
    const chain = Object.fromEntries(
      Array.from({ length }, (_, index) => [`n${index}`, ['filter', `n${index + 1}`]] as const),
    );
    expect(check({ start: ['api-trigger', 'n0'], ...chain, [`n${length}`]: ['filter'] })).toEqual([]);
  });
});

it('knows what stands where', () => {
  const value = parse(`
nodes:
  start:
    type: app-event-trigger
    config: {appEvent: {key: contact-changed}, filter: {$eval: {$var: $.input.a}, is: 1}}
    links: [{key: act}, {key: act, filter: {$var: $.output.ok}}]
  act:
    type: run-action
    config: {actionKey: create-contact, inputMapping: {$var: $.input}}
    outputSchema: {type: object}
  link:
    type: create-data-link
    config: {dataLinkTable: {key: contacts}, appRecordId: '1'}
`) as JsonObject;
  expect(
    flow.places(value).map(({ at, holds, ...rest }) => [at.join('.'), holds, ...Object.values(rest)]),
  ).toEqual([
    ['nodes.start.links.1.filter', 'formula'],
    ['nodes.start.config.filter', 'formula'],
    ['nodes.start.config.appEvent.key', 'ref', 'internal-event'],
    ['nodes.act.outputSchema', 'schema'],
    ['nodes.act.config.inputMapping', 'formula'],
    ['nodes.act.config.actionKey', 'ref', 'action'],
    ['nodes.link.config.appRecordId', 'formula'],
    ['nodes.link.config.dataLinkTable.key', 'ref', 'data-link-table'],
  ]);
});
