import { isObject, type JsonObject } from '../../core/json.js';
import type { Place } from '../../core/kind.js';
import { methodPlaces } from '../functions/methods.js';
import { placesIn, within } from '../places.js';
import { choice, dataSchema, object, when } from '../schema-parts.js';
import { signaturePlaces } from '../webhooks/signature-field.js';
import type { EventMethod } from './event-method.js';
import { eventMethods } from './events/index.js';

/** What can happen to a record. */
const changes = ['created', 'updated', 'deleted', 'all'];

const common: JsonObject = {
  implementationType: choice(
    eventMethods.map((method) => method.name),
    'How changes are learned of. Default: full-scan.',
  ),
  parametersSchema: dataSchema('Parameters of a subscription.'),
  stateSchema: dataSchema('What the state of a subscription looks like.'),
  querySchema: dataSchema('What the query string of an incoming webhook looks like.'),
  dataSchema: dataSchema('What the body of an incoming webhook looks like.'),
};

const fields: JsonObject = Object.assign(
  {
    ...common,
    methods: { description: 'The functions, by name. They may also stand beside the other fields.' },
  },
  ...eventMethods.map((method) => method.fields),
) as JsonObject;

/** The schema of `events` of a collection. */
export const eventsField: JsonObject = object(
  'How changes of records are learned of.',
  Object.fromEntries(changes.map((change) => [change, eventField(change)])),
);

/** Places of `events`, relative to it. Which functions an event has depends on how it is implemented. */
export function eventPlaces(events: unknown): Place[] {
  if (!isObject(events)) return [];
  return changes.flatMap((change) => {
    const event = events[change];
    if (!isObject(event)) return [];
    const method = eventMethods.find((candidate) => candidate.name === event['implementationType']);
    const places = Object.entries(method?.functions ?? {}).flatMap(([name, file]) =>
      methodPlaces(event, [name]).map((place) =>
        place.holds === 'function' ? { ...place, file: `events-${change}-${file}` } : place,
      ),
    );
    const schemas = ['parametersSchema', 'stateSchema', 'querySchema', 'dataSchema'].map((name) => [name]);
    return within([change], [...placesIn(event, { schemas }), ...signaturePlaces(event), ...places]);
  });
}

function eventField(change: string): JsonObject {
  const about = change === 'all' ? 'any change of a record' : `records that are ${change}`;
  return {
    ...object(`How we learn of ${about}.`, fields),
    allOf: eventMethods.map((method) =>
      when(
        { properties: { implementationType: { const: method.name } }, required: ['implementationType'] },
        { properties: { methods: object('The functions, by name.', functionsOf(method)) } },
      ),
    ),
  };
}

function functionsOf(method: EventMethod): JsonObject {
  return Object.fromEntries(Object.entries(method.fields).filter(([name]) => name in method.functions));
}
