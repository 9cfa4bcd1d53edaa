import type { Json, JsonObject } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';
import { bodyOf, responseSchema, responseSpot, type Body } from './openapi-body.js';
import type { OpenApiDocument, OperationEntry } from './openapi-document.js';
import { withoutReadOnly } from './openapi-read-only.js';
import { parametersOf, writeParameter, type Parameter, type ParameterPlace } from './openapi-parameters.js';
import type { DocumentProblem, Spot } from './openapi-references.js';
import type { Uses } from './openapi-schema.js';

/** What an operation of a document is as an element. */
export interface OperationParts {
  readonly inputSchema: JsonSchema;
  readonly outputSchema: JsonSchema | undefined;
  /** Its function `run`. */
  readonly run: JsonObject;
  readonly problems: readonly DocumentProblem[];
}

/** A parameter, and the property of the input that holds it. */
export interface Input extends Parameter {
  readonly property: string;
}

/** Where the operation stands, and the path around it. */
export function spotsOf(
  document: OpenApiDocument,
  { method, path }: OperationEntry,
): { operation: Spot; item: Spot } {
  const { references } = document;
  const item = references.at(references.root, 'paths', path);
  return { item, operation: references.at(item, method) };
}

/** Reads one operation: the schemas of its input and output, and the request that it sends. */
export function readOperation(document: OpenApiDocument, entry: OperationEntry): OperationParts {
  const { operation, item } = spotsOf(document, entry);
  const uses: Uses = new Set();
  const body = bodyOf(document, operation, item, uses);
  const inputs = namedInputs(
    parametersOf(document, { operation, item, path: entry.path }, uses),
    body !== undefined,
  );
  const outputUses: Uses = new Set();
  const output = responseSchema(document, operation, outputUses);
  const problems: DocumentProblem[] = [];
  const mapping = requestOf(entry, inputs, body, problems);
  const received = responseSpot(document, operation) === 'file' ? { responseType: 'file' } : {};
  return {
    inputSchema: withoutReadOnly(complete(document, inputSchema(inputs, body), uses)),
    outputSchema: output === undefined ? undefined : complete(document, output, outputUses),
    run: { type: 'rest-api-mapping', mapping: { ...mapping, ...received } },
    problems,
  };
}

function complete({ schemas }: OpenApiDocument, schema: JsonSchema, uses: Uses): JsonSchema {
  if (uses.size === 0 || typeof schema === 'boolean') return schema;
  return { ...schema, $defs: schemas.definitions(uses) };
}

/**
 * The properties of the input. A parameter has its own name; where two have the same, the second is called after its
 * place, too: `id` and `id_query`. `body` is the body of the request, and nothing else where there is one. A `$` before
 * a name is left out, since a key that begins with it would be taken for a formula: `$top` is `top`.
 */
export function namedInputs(parameters: readonly Parameter[], hasBody: boolean): Input[] {
  const taken = new Set(hasBody ? ['body'] : []);
  return parameters.map((parameter) => {
    let property = parameter.name.replace(/^\$+(?=.)/, '');
    while (taken.has(property)) property = `${property}_${parameter.place}`;
    taken.add(property);
    return { ...parameter, property };
  });
}

function inputSchema(inputs: readonly Input[], body: Body | undefined): JsonSchema {
  const properties: JsonObject = {};
  const required: string[] = [];
  for (const input of inputs) {
    properties[input.property] = input.schema;
    if (input.required) required.push(input.property);
  }
  if (body !== undefined) {
    properties['body'] = body.schema;
    if (body.required) required.push('body');
  }
  return {
    type: 'object',
    properties,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

function requestOf(
  { method, path, key }: OperationEntry,
  inputs: readonly Input[],
  body: Body | undefined,
  problems: DocumentProblem[],
): JsonObject {
  const entries: Record<ParameterPlace, JsonObject> = { path: {}, query: {}, header: {}, cookie: {} };
  const spreads: Json[] = [];
  for (const input of inputs) {
    const written = writeParameter(input, input.property);
    if (written.as === 'entry') entries[input.place][written.name] = written.value;
    else if (written.as === 'entries') spreads.push(written.value);
    else problems.push(unsupported(input, key, written.why));
  }
  if (body?.contentType !== undefined) entries.header['content-type'] = body.contentType;
  const filled = fillable(path, entries.path);
  const requestMapping: JsonObject = {
    ...part('pathParameters', filled.parameters),
    ...(spreads.length > 0
      ? { query: { $mergeObjects: [entries.query, ...spreads] } }
      : part('query', entries.query)),
    ...part('headers', entries.header),
    ...body?.mapping,
  };
  return { path: filled.path, method: method.toUpperCase(), ...part('requestMapping', requestMapping) };
}

function part(name: string, value: JsonObject): JsonObject {
  return Object.keys(value).length === 0 ? {} : { [name]: value };
}

/** The path as the client takes it: parameters with odd names get plain ones. */
function fillable(path: string, given: JsonObject): { path: string; parameters: JsonObject } {
  const parameters: JsonObject = {};
  const text = path.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => {
    const safe = name.replaceAll(/[^\w.$-]/g, '_');
    if (Object.hasOwn(given, name)) parameters[safe] = given[name] as Json;
    return `{${safe}}`;
  });
  return { path: text, parameters };
}

function unsupported({ name, spot }: Input, key: string, why: string): DocumentProblem {
  const help = `write the operation itself where you need it: operations/${key}/spec.yaml`;
  const message = `the parameter "${name}" of "${key}" ${why}`;
  return { code: 'openapi/operation', message, file: spot.file, path: spot.path, help };
}
