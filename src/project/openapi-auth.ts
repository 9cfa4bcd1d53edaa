import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { OpenApiDocument, OperationEntry } from './openapi-document.js';
import { spotsOf } from './openapi-operation.js';
import type { Remark } from './openapi-print.js';
import { firstSentence } from './openapi-shape.js';

/** One way to authenticate, as a connector has it under `auth`. */
export interface Way {
  readonly key: string;
  readonly value: JsonObject;
  /** Paths start at `value`. */
  readonly remarks: readonly Remark[];
}

/** What a security scheme asks for, and what it adds to requests. */
interface Part {
  readonly properties: JsonObject;
  readonly client: { readonly headers?: JsonObject; readonly query?: JsonObject; readonly auth?: JsonObject };
  readonly oauth?: { readonly config: JsonObject; readonly parameters: JsonObject };
  readonly guessed?: string;
}

interface Scheme {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** More than any document offers on purpose. */
const maxWays = 6;

/** The ways to authenticate that a document offers; none where the API asks for nothing. */
export function waysOf(document: OpenApiDocument, operations: readonly OperationEntry[]): Way[] {
  const schemes = new Map(schemesOf(document).map((scheme) => [scheme.key, scheme]));
  const alternatives = requirementsOf(document, operations)
    .map((names) => names.flatMap((name) => schemes.get(name) ?? []))
    .filter((list) => list.length > 0);
  const wanted = alternatives.length > 0 ? alternatives : [...schemes.values()].map((scheme) => [scheme]);
  const ways = new Map<string, Way>();
  for (const list of wanted) {
    const way = wayOf(list);
    if (way !== undefined && !ways.has(way.key) && ways.size < maxWays) ways.set(way.key, way);
  }
  return [...ways.values()];
}

function schemesOf({ references, version }: OpenApiDocument): Scheme[] {
  const path = version === '2.0' ? ['securityDefinitions'] : ['components', 'securitySchemes'];
  return references.children(references.at(references.root, ...path)).flatMap(({ key, spot }) => {
    const { value } = references.follow(spot);
    return isObject(value) ? [{ key, value }] : [];
  });
}

/** Alternatives, each a list of schemes: what the document wants, else what most of its operations want. */
function requirementsOf(document: OpenApiDocument, operations: readonly OperationEntry[]): string[][] {
  const own = requirements(document.value['security']);
  if (own.length > 0) return own;
  const counts = new Map<string, { names: string[]; count: number }>();
  for (const entry of operations) {
    const { value } = spotsOf(document, entry).operation;
    for (const names of requirements(isObject(value) ? value['security'] : undefined)) {
      const known = counts.get(names.join(' ')) ?? { names, count: 0 };
      counts.set(names.join(' '), { names, count: known.count + 1 });
    }
  }
  return [...counts.values()].sort((a, b) => b.count - a.count).map(({ names }) => names);
}

function requirements(security: unknown): string[][] {
  const list = Array.isArray(security) ? (security as unknown[]) : [];
  return list.flatMap((one) => (isObject(one) && Object.keys(one).length > 0 ? [Object.keys(one)] : []));
}

function wayOf(schemes: readonly Scheme[]): Way | undefined {
  const isAlone = schemes.length === 1;
  // what is typed in is the credentials, unless tokens are
  const typedIn = (from: string) => schemes.map((scheme) => partOf(scheme, isAlone, from));
  const first = schemes[0];
  const alone = typedIn('credentials');
  const parts = alone.some((part) => part.oauth !== undefined) ? typedIn('connectionParameters') : alone;
  const oauth = parts.find((part) => part.oauth !== undefined)?.oauth;
  if (first === undefined) return undefined;
  const properties: JsonObject = Object.assign({}, ...parts.map((part) => part.properties)) as JsonObject;
  const headers: JsonObject = Object.assign({}, ...parts.map(({ client }) => client.headers)) as JsonObject;
  const query: JsonObject = Object.assign({}, ...parts.map(({ client }) => client.query)) as JsonObject;
  const auth = parts.find(({ client }) => client.auth !== undefined)?.client.auth;
  const client: JsonObject = {
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(Object.keys(query).length === 0 ? {} : { query }),
    ...(auth === undefined ? {} : { auth }),
  };
  const title = isAlone ? first.key : schemes.map(({ key }) => key).join(' + ');
  const guesses = parts.flatMap(({ guessed }) => guessed ?? []);
  const value: JsonObject = {
    type: oauth === undefined ? 'client-credentials' : 'oauth2',
    title,
    inputSchema: { type: 'object', properties, required: Object.keys(properties) },
    ...(oauth === undefined
      ? {}
      : {
          parametersSchema: parametersSchema(oauth.parameters),
          getOAuthConfig: { type: 'mapping', mapping: oauth.config },
        }),
    makeApiClient: { type: 'mapping', mapping: client },
  };
  return {
    key: keyOf(title),
    value,
    remarks: guesses.map((text) => ({ at: ['makeApiClient'], text: `guessed: ${text}` })),
  };
}

function parametersSchema(properties: JsonObject): JsonObject {
  const required = properties['clientId'] === undefined ? {} : { required: ['clientId'] };
  return { type: 'object', properties, ...required };
}

/** `from`: the variable that holds what was typed in. */
function partOf({ key, value }: Scheme, isAlone: boolean, from: string): Part {
  const description = firstSentence(value['description']);
  const secret = (title: string): JsonObject => ({
    type: 'string',
    title,
    ...(description === undefined ? {} : { description }),
    isSensitive: true,
  });
  const type = String(value['type']).toLowerCase();
  const scheme = type === 'basic' ? 'basic' : String(value['scheme']).toLowerCase();
  if (type === 'apikey') return apiKey({ key, value }, isAlone ? 'apiKey' : fieldOf(key), secret, from);
  if (type === 'oauth2' || type === 'openidconnect') {
    const guessed = 'the document has no OAuth flow that works here, so a token is typed in';
    return oauthPart(value, type) ?? { ...tokenPart(secret('Access token'), from), guessed };
  }
  if (scheme === 'basic') {
    const name: JsonObject = { type: 'string', title: 'User name' };
    const [username, password] = [{ $var: `$.${from}.username` }, { $var: `$.${from}.password` }];
    const properties = { username: name, password: secret('Password') };
    return { properties, client: { auth: { username, password } } };
  }
  if (scheme === 'bearer') return tokenPart(secret('Token'), from);
  const header: JsonObject = { Authorization: { $var: `$.${from}.authorization` } };
  const guessed = `the document wants the scheme "${scheme}", which is not known here; the whole header is typed in`;
  return {
    properties: { authorization: secret('Authorization header') },
    client: { headers: header },
    guessed,
  };
}

function apiKey(
  { key, value: { in: place, name } }: Scheme,
  field: string,
  secret: (title: string) => JsonObject,
  from: string,
): Part {
  const value: Json = { $var: `$.${from}.${field}` };
  const properties = { [field]: secret(field === 'apiKey' ? 'API key' : key) };
  const sent = String(name);
  if (place === 'query') return { properties, client: { query: { [sent]: value } } };
  if (place === 'cookie')
    return { properties, client: { headers: { Cookie: { $concat: [`${sent}=`, value] } } } };
  const isWhole = sent.toLowerCase() === 'authorization';
  const guessed = 'the key is the whole header; add what the API wants before it, such as "Bearer "';
  return { properties, client: { headers: { [sent]: value } }, ...(isWhole ? { guessed } : {}) };
}

function tokenPart(token: JsonObject, from: string): Part {
  const header: JsonObject = {
    Authorization: { $concat: ['Bearer ', { $var: `$.${from}.token` }] },
  };
  return { properties: { token }, client: { headers: header } };
}

/** Undefined where there is no flow by which tokens can be had. */
function oauthPart(value: Readonly<Record<string, unknown>>, type: string): Part | undefined {
  const client: Part['client'] = {
    headers: { Authorization: { $concat: ['Bearer ', { $var: '$.credentials.access_token' }] } },
  };
  const id: JsonObject = { type: 'string', title: 'Client id' };
  const secret: JsonObject = { type: 'string', title: 'Client secret', isSensitive: true };
  if (type === 'openidconnect') {
    const issuer = String(value['openIdConnectUrl']).replace(/\/\.well-known\/.*$/, '');
    const config = { ...registered('connectorParameters'), issuer, scopes: scopesVariable };
    return {
      properties: {},
      client,
      oauth: { config, parameters: { clientId: id, clientSecret: secret, scopes: scopes({}) } },
    };
  }
  const { code, machine } = flowsOf(value);
  if (code !== undefined) {
    const config = {
      ...registered('connectorParameters'),
      authorizeUri: String(code['authorizationUrl']),
      tokenUri: String(code['tokenUrl']),
      scopes: scopesVariable,
    };
    const parameters = { clientId: id, clientSecret: secret, scopes: scopes(code['scopes']) };
    return { properties: {}, client, oauth: { config, parameters } };
  }
  if (machine === undefined) return undefined;
  const config = {
    grantType: 'client_credentials',
    ...registered('connectionParameters'),
    tokenUri: String(machine['tokenUrl']),
    scopes: scopesVariable,
  };
  const properties = { clientId: id, clientSecret: secret };
  return { properties, client, oauth: { config, parameters: { scopes: scopes(machine['scopes']) } } };
}

function flowsOf(value: Readonly<Record<string, unknown>>): Partial<Record<'code' | 'machine', JsonObject>> {
  const flows = isObject(value['flows']) ? value['flows'] : {};
  // OpenAPI 2.0 has one flow, and other names
  const older = (name: string) => (value['flow'] === name ? value : undefined);
  const code = flows['authorizationCode'] ?? older('accessCode');
  const machine = flows['clientCredentials'] ?? older('application');
  return {
    ...(isObject(code) ? { code: code as JsonObject } : {}),
    ...(isObject(machine) ? { machine: machine as JsonObject } : {}),
  };
}

const scopesVariable: Json = { $var: '$.connectorParameters.scopes' };

function registered(where: string): JsonObject {
  return { clientId: { $var: `$.${where}.clientId` }, clientSecret: { $var: `$.${where}.clientSecret` } };
}

/** Few are asked for as they are; of many, somebody has to choose. */
function scopes(given: unknown): JsonObject {
  const names = isObject(given) ? Object.keys(given) : [];
  const known =
    names.length === 0 ? '' : `: ${names.slice(0, 30).join(', ')}${names.length > 30 ? ', …' : ''}`;
  return {
    type: 'string',
    title: 'Scopes',
    description: `With spaces between them${known}`,
    ...(names.length > 0 && names.length <= 5 ? { default: names.join(' ') } : {}),
  };
}

function fieldOf(key: string): string {
  const words = key.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const [first = 'key', ...rest] = words;
  return (
    first.charAt(0).toLowerCase() +
    first.slice(1) +
    rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
  );
}

function keyOf(title: string): string {
  const key = title
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return key === '' ? 'key' : key;
}
