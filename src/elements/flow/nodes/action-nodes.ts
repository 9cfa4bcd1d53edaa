import { isObject, type JsonObject } from '../../../core/json.js';
import type { NodeContext } from '../../../core/walk.js';
import type { ActionType } from '../../action/action-type.js';
import { actionTypes } from '../../action/types/index.js';
import { anyFormula, choice, count, object, text } from '../../schema-parts.js';
import type { Type } from '../../types/parts.js';
import type { TypeScope } from '../../types/scope.js';
import type { NodeType } from '../node-type.js';

/** What nodes were called before they were called like actions. */
const olderNames: Readonly<Record<string, readonly string[]>> = {
  'api-request-to-external-app': ['custom-api-request'],
  'http-request': ['custom-http-request', 'api-request'],
  'list-data-records': ['find-data-records'],
  'match-data-record': ['lookup-data-record'],
  'search-data-record': ['search-data-records'],
  'connector-operation': ['integration-specific-operation'],
};

const nodeFields: JsonObject = {
  idempotency: object(
    'How the API tells a repeated request from a new one; nothing is sent unless this is given.',
    {
      in: choice(['header', 'query', 'body'], 'Where the value goes.'),
      name: text('Name of the header, parameter or field.'),
      value: anyFormula('The value. Default: the id of the node run.'),
    },
    ['in', 'name'],
  ),
  batchSize: count('How many records are given to the next nodes at once.', 1),
};

/** Every type of action, as a node. */
export const actionNodes: readonly NodeType[] = actionTypes.map(nodeOf);

function nodeOf(type: ActionType): NodeType {
  const properties = isObject(type.config['properties']) ? type.config['properties'] : {};
  return {
    name: type.name,
    summary: type.summary,
    ...(olderNames[type.name] === undefined ? {} : { aliases: olderNames[type.name] }),
    config: { ...type.config, properties: { ...(properties as JsonObject), ...nodeFields } },
    ...(type.needs === undefined ? {} : { needs: type.needs }),
    ...(type.check === undefined ? {} : { check: type.check }),
    places: (config) => type.places(config),
    targets: (config, scope) => type.targets?.(config, scope) ?? [],
    output: (config, scope) =>
      config['batchSize'] === undefined ? outputOf(type, config, scope) : undefined,
    ...(type.run === undefined
      ? {}
      : { action: (ctx: NodeContext, config: JsonObject) => run(type, ctx, config) }),
    repeatable: type.repeatable === true,
    ...(type.likely === undefined ? {} : { likely: type.likely }),
    needsConnection: type.needsConnection === true,
  };
}

async function run(type: ActionType, ctx: NodeContext, config: JsonObject): Promise<unknown> {
  if (type.paged !== true) return type.run?.(ctx, config);
  const all = await type.run?.(ctx, { ...config, paginate: 'all' });
  return isObject(all) ? all['records'] : all;
}

function outputOf(type: ActionType, config: JsonObject, scope: TypeScope): Type {
  return (type.nodeOutput ?? type.output)?.(config, scope);
}
