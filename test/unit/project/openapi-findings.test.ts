import { describe, expect, it } from 'vitest';
import { connector, look } from './look.js';

const head = "openapi: 3.0.0\ninfo: {title: CRM, version: '1'}\n";
const plain = `${head}paths: {}\n`;

/** What is said of a document in the folder of a connector. */
function lookAt(
  document: string,
  name = 'openapi.yaml',
  more: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  return look({ 'connectors/crm/spec.yaml': connector, [`connectors/crm/${name}`]: document, ...more });
}

describe('an OpenAPI document', () => {
  it('without a fault is not mentioned', async () => {
    expect(await lookAt(plain)).toEqual([]);
    expect(
      await lookAt("swagger: '2.0'\ninfo: {title: CRM, version: '1'}\npaths: {}\n", 'openapi.yml'),
    ).toEqual([]);
  });

  it('must be YAML or JSON', async () => {
    expect(await lookAt('openapi: 3.0.0\n  info: {}\n')).toEqual([
      'connectors/crm/openapi.yaml:1:10-1:11 error[yaml/syntax]: a value stands where a key is expected',
      ' = a ": " inside a text needs quotes around the text; otherwise check the indentation',
    ]);
    expect(await lookAt('{"openapi": "3.0.0",\n "info" {}}', 'openapi.json')).toEqual([
      'connectors/crm/openapi.json:2:9-2:10 error[yaml/syntax]: missing , or : between flow map items',
    ]);
  });

  it('must be one of a version that is known', async () => {
    expect(await lookAt('- 1\n')).toEqual([
      'connectors/crm/openapi.yaml:1:1-1:4 error[openapi/version]: the file holds no OpenAPI document',
      ' = it is an object with "openapi"',
    ]);
    expect(await lookAt('info: {}\n')).toEqual([
      'connectors/crm/openapi.yaml:1:1-1:9 error[openapi/version]: the document does not say its version',
      ' = it begins with "openapi: 3.1.0", or "swagger"',
    ]);
    expect(await lookAt('openapi: 4.0.0\n')).toEqual([
      'connectors/crm/openapi.yaml:1:10-1:15 error[openapi/version]: no version "4.0.0" of OpenAPI is known',
      ' = OpenAPI 2.0, 3.0, 3.1, 3.2 can be read',
    ]);
    expect(await lookAt('swagger: 1.2\n')).toEqual([
      'connectors/crm/openapi.yaml:1:10-1:13 error[openapi/version]: no version "1.2" of OpenAPI is known',
      ' = OpenAPI 2.0, 3.0, 3.1, 3.2 can be read',
    ]);
  });

  it('is checked by the schema of its version, and used all the same', async () => {
    const used = ' = what can be read of the document is used all the same';
    expect(await lookAt('openapi: 3.0.0\ninfo: {title: CRM}\npaths: {}\n')).toEqual([
      'connectors/crm/openapi.yaml:2:1-2:5 warning[openapi/invalid]: "version" is missing',
      used,
    ]);
    const get = (parameter: string) =>
      `${head}paths:\n  /a:\n    get:\n      responses: {200: {description: x}}\n      parameters:\n        - ${parameter}\n`;
    expect(await lookAt(get('{name: a, in: querry, schema: {type: string}}'))).toEqual([
      'connectors/crm/openapi.yaml:8:25-8:31 warning[openapi/invalid]: "in" must be equal to one of the allowed values',
      used,
    ]);
    expect(
      await lookAt("swagger: '2.0'\ninfo: {title: CRM, version: '1', licence: MIT}\npaths: {}\n"),
    ).toEqual([
      'connectors/crm/openapi.yaml:2:34-2:41 warning[openapi/invalid]: unknown field "licence"',
      used,
    ]);
  });

  it('has references that lead somewhere, inside of the folder', async () => {
    const anything = ' = what it should describe is taken as anything';
    const document = `${head}paths:
  /a:
    get:
      parameters: [{$ref: '#/components/parameters/none'}]
      responses:
        200:
          description: x
          content:
            application/json:
              schema:
                type: object
                properties:
                  far: {$ref: 'https://example.com/a.json'}
                  above: {$ref: '../../membrane.yaml'}
                  round: {$ref: '#/components/schemas/A'}
                  anchor: {$ref: '#name'}
components:
  schemas:
    A: {$ref: '#/components/schemas/B'}
    B: {$ref: '#/components/schemas/A'}
`;
    expect(await lookAt(document)).toEqual([
      'connectors/crm/openapi.yaml:6:27-6:57 warning[openapi/ref]: "#/components/parameters/none" leads nowhere',
      anything,
      'connectors/crm/openapi.yaml:15:31-15:59 warning[openapi/ref]: "https://example.com/a.json" leads nowhere',
      anything,
      'connectors/crm/openapi.yaml:16:33-16:54 warning[openapi/ref]: "../../membrane.yaml" leads nowhere',
      anything,
      'connectors/crm/openapi.yaml:18:34-18:41 warning[openapi/ref]: "#name" leads nowhere',
      anything,
      'connectors/crm/openapi.yaml:21:15-21:39 warning[openapi/ref]: the reference leads back to itself',
      anything,
    ]);
  });

  it('has operations of which all can be used', async () => {
    const document = `${head}paths:
  /a/{point}:
    get:
      operationId: one
      responses: {200: {description: x}}
      parameters:
        - {name: session, in: cookie, schema: {type: string}}
        - {name: point, in: path, required: true, style: matrix, schema: {type: string}}
  /b:
    get:
      operationId: one
      responses: {200: {description: x}}
`;
    const write = (key: string) =>
      ` = write the operation itself where you need it: operations/${key}/spec.yaml`;
    expect(await lookAt(document)).toEqual([
      'connectors/crm/openapi.yaml:9:11-9:62 warning[openapi/operation]: the parameter "session" of "one" is sent in a cookie, which is not supported',
      write('one'),
      'connectors/crm/openapi.yaml:10:11-10:89 warning[openapi/operation]: the parameter "point" of "one" has the style "matrix", which is not supported',
      write('one'),
      'connectors/crm/openapi.yaml:13:20-13:23 warning[openapi/operation]: "one" names the operation "GET /a/{point}" already',
      ' = this one is "one-2" here',
    ]);
  });

  it('is one for a connector', async () => {
    expect(await lookAt(plain, 'openapi.yaml', { 'connectors/crm/openapi.json': '{}' })).toEqual([
      'connectors/crm/openapi.json:1:1-1:1 warning[file/unknown]: the connector has another OpenAPI document',
      ' = "openapi.yaml" is used; remove one of the two',
    ]);
  });

  it('is not looked for in vain: what refers to its operations is told that it cannot be read', async () => {
    const action = 'type: connector-operation\nconfig: {operationKey: list}\n';
    const more = { 'integrations/crm/spec.yaml': '{}\n', 'integrations/crm/actions/a.yaml': action };
    expect(await lookAt('openapi: 4.0.0\n', 'openapi.yaml', more)).toEqual([
      'connectors/crm/openapi.yaml:1:10-1:15 error[openapi/version]: no version "4.0.0" of OpenAPI is known',
      ' = OpenAPI 2.0, 3.0, 3.1, 3.2 can be read',
    ]);
  });

  it('of many lines has positions, too', async () => {
    const pet = (number: number) =>
      `    Pet${number}:\n      type: object\n      description: ${'A pet. '.repeat(20)}\n      properties:\n        name: {type: string}\n`;
    const pets = Array.from({ length: 2500 }, (_, index) => pet(index)).join('');
    const schema = "{$ref: '#/components/schemas/None'}";
    const paths = `paths:\n  /a:\n    get:\n      parameters:\n        - name: a\n          in: query\n          schema: {type: string}\n        - name: b\n          in: query\n          schema:\n            $ref: '#/components/schemas/None'\n      responses: {200: {description: x, content: {application/json: {schema: ${schema}}}}}\n`;
    const found = await lookAt(`${head}${paths}components:\n  schemas:\n${pets}`);
    expect(found.filter((line) => !line.startsWith(' = '))).toEqual([
      'connectors/crm/openapi.yaml:13:13-13:17 warning[openapi/ref]: "#/components/schemas/None" leads nowhere',
      'connectors/crm/openapi.yaml:14:7-14:16 warning[openapi/ref]: "#/components/schemas/None" leads nowhere',
    ]);
  });
});
