import type { JsonSchema } from '../../core/schema.js';
import type { TypeWorld } from '../../core/type-world.js';
import { anyObject, asObject, objectType, textType, type Type } from './parts.js';

const named = { id: textType, key: textType, name: textType };

/** What every run sees, whatever it runs. Their objects may hold more than what is listed here. */
const surroundings = {
  tenant: objectType({ ...named, fields: anyObject }, { others: true }),
  user: objectType({ ...named, fields: anyObject }, { others: true }),
  connection: objectType(named, { others: true }),
  integration: objectType(named, { others: true }),
};

/** The variables of an action: these, and no others. */
export function actionVariables(input: Type, more: Readonly<Record<string, Type>> = {}): JsonSchema {
  return objectType({ input, ...surroundings, parameters: undefined, ...more }, { others: false });
}

/** What every node of a flow with these parameters sees, beside its input. */
export function flowVariables(parameters: Type): Readonly<Record<string, Type>> {
  const flow = objectType({ ...named, parameters }, { others: true });
  const flowInstance = objectType({ id: textType, instanceKey: textType, parameters }, { others: true });
  return { flow, flowInstance, flowRun, ...surroundings, parameters: undefined };
}

const flowRun = objectType({ id: textType, startNodeKey: textType }, { others: true });

/** The variables of a node of a flow: these, and no others. */
export function nodeVariables(input: Type, ofFlow: Readonly<Record<string, Type>>): JsonSchema {
  return objectType({ input, ...ofFlow }, { others: false });
}

/** What the filter of a link sees. */
export function linkVariables(input: Type, output: Type): JsonSchema {
  return objectType({ input, output, error: undefined }, { others: false });
}

/** What a function of the connector sees: what all of them see, and its arguments. */
export function functionVariables(world: TypeWorld, args: Readonly<Record<string, Type>>): Type {
  return withVariables(world.innerVariables() ?? unknownConnector, args);
}

const unknownConnector = objectType({
  connectorParameters: undefined,
  connectionParameters: undefined,
  connectionInput: undefined,
  credentials: undefined,
});

/** The same variables and more; unknown ones stay so. */
export function withVariables(variables: Type, more: Readonly<Record<string, Type>>): Type {
  const whole = asObject(variables);
  if (whole === undefined) return variables;
  return { ...whole, properties: { ...whole.properties, ...asObject(objectType(more))?.properties } };
}
