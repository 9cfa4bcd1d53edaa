import { isObject, type Json, type JsonObject } from '../../core/json.js';
import type { TypeWorld } from '../../core/type-world.js';
import { asObject, objectType, oneOfTypes, plain, written, type Type } from '../types/parts.js';
import { authTypes } from './auth/index.js';
import { optionsOf } from './places.js';

/** What a function of a connector can see, beside its arguments. */
export interface ConnectorTypes {
  readonly connectorParameters: Type;
  readonly connectionParameters: Type;
  /** Left out where there are none yet. */
  readonly credentials?: Type;
}

/** What every function of a connector and its inner elements sees, whichever way its users authenticate. */
export function innerVariables(connector: JsonObject, world: TypeWorld): JsonObject {
  return variablesOf(sharedTypes(connector, world), {});
}

/** The variables of a function. */
export function variablesOf(types: ConnectorTypes, args: Readonly<Record<string, Type>>): JsonObject {
  return objectType({ ...types, connectionInput: types.connectionParameters, ...args });
}

/** What is known whichever way users authenticate. */
export function sharedTypes(connector: JsonObject, world: TypeWorld): ConnectorTypes {
  const ways = waysOf(connector).map(({ way }) => wayTypes(connector, way, world));
  return {
    connectorParameters: oneOfTypes(ways.map((types) => types.connectorParameters)),
    connectionParameters: oneOfTypes(ways.map((types) => types.connectionParameters)),
    credentials: oneOfTypes(ways.map((types) => types.credentials)),
  };
}

/** The ways to authenticate: `auth` itself, and its options. */
export function waysOf(connector: JsonObject): { at: string[]; way: JsonObject }[] {
  const { auth } = connector;
  if (!isObject(auth as Json)) return [];
  const options = optionsOf(auth).flatMap(([key, way]) =>
    isObject(way as Json) ? [{ at: ['auth', 'options', key], way: way as JsonObject }] : [],
  );
  const own = auth as JsonObject;
  return own['type'] === undefined ? options : [{ at: ['auth'], way: own }, ...options];
}

/** What the functions of one way to authenticate see. */
export function wayTypes(connector: JsonObject, way: JsonObject, world: TypeWorld): ConnectorTypes {
  const type = authTypes.find((candidate) => candidate.name === way['type']);
  const declared = way['credentialsSchema'];
  const given =
    way['customCredentialsSchema'] === undefined ? type?.credentialsType?.(way, world) : undefined;
  return {
    connectorParameters: both(
      written(connector['parametersSchema']),
      written(way['parametersSchema']),
      world,
    ),
    connectionParameters: written(type?.inputSchema?.(way)),
    credentials: declared === undefined ? given : written(declared),
  };
}

/** The properties of two schemas; where only one is given, it says all. */
function both(first: Type, second: Type, world: TypeWorld): Type {
  if (first === undefined || second === undefined) return first ?? second;
  const [one, other] = [asObject(plain(first, world)), asObject(plain(second, world))];
  if (one === undefined || other === undefined) return undefined;
  const { additionalProperties: closed, required: _, ...rest } = one;
  const open = closed === false ? other['additionalProperties'] : closed;
  return {
    ...rest,
    properties: { ...one.properties, ...other.properties },
    ...(open === undefined ? {} : { additionalProperties: open }),
  };
}
