import { describe, expect, it } from 'vitest';
import { MembraneError } from '../../../src/core/error.js';
import type { ClientBase } from '../../../src/engine/client.js';
import { buildUrl, encodeQuery } from '../../../src/engine/client-url.js';

const base = 'https://api.example.com/v1';

describe('an address', () => {
  it.each([
    [base, '/contacts', 'https://api.example.com/v1/contacts'],
    [`${base}/`, '/contacts', 'https://api.example.com/v1/contacts'],
    [base, 'contacts/', 'https://api.example.com/v1/contacts/'],
    [base, '', 'https://api.example.com/v1'],
    [base, '?a=1', 'https://api.example.com/v1?a=1'],
    [base, '//evil.example/x', 'https://api.example.com/v1/evil.example/x'],
    [base, 'https:evil', 'https://api.example.com/v1/https:evil'],
    [base, 'https://api.example.com/v2/next?page=2', 'https://api.example.com/v2/next?page=2'],
    [`${base}?tenant=t`, '/contacts?a=1', 'https://api.example.com/v1/contacts?a=1&tenant=t'],
    ['http://127.0.0.1:8080', 'contacts', 'http://127.0.0.1:8080/contacts'],
    [undefined, 'https://example.org/x', 'https://example.org/x'],
  ])('%s + %s', (baseUri, path, expected) => {
    expect(buildUrl({ baseUri }, { path }).href).toBe(expected);
  });

  it('has its parameters filled in and encoded', () => {
    const path = '/lists/{list}/contacts/{contact-id}?x={list}';
    expect(
      buildUrl({ baseUri: base }, { path, pathParameters: { list: 'a/b c', 'contact-id': 9 } }).href,
    ).toBe(`${base}/lists/a%2Fb%20c/contacts/9?x=a%2Fb%20c`);
  });

  it.each([
    [
      { baseUri: base },
      { path: '/contacts/{id}' },
      'the path parameter "id" is missing',
      'give it in pathParameters: {id: …}',
    ],
    [
      { baseUri: base },
      { path: '/contacts/{id}', pathParameters: { id: null } },
      'the path parameter "id" is missing',
      'give it in pathParameters: {id: …}',
    ],
    [
      { baseUri: base },
      { path: '/contacts/{id}', pathParameters: { id: '' } },
      'the path parameter "id" is ""',
      'give it a value that names one thing',
    ],
    [
      { baseUri: base },
      { path: '/contacts/{id}', pathParameters: { id: '..' } },
      'the path parameter "id" is ".."',
      'give it a value that names one thing',
    ],
    [
      { baseUri: base },
      { path: '/contacts/{id}', pathParameters: { id: {} } },
      'the path parameter "id" is no single value',
      'a path holds texts and numbers',
    ],
    [
      { baseUri: base },
      { path: 'https://evil.example/x?key=1' },
      '"https://evil.example" is not where the credentials belong, which is "https://api.example.com"',
      'write a path relative to the base address, or use an action of type http-request',
    ],
    [
      { baseUri: base },
      { path: 'http://api.example.com/v1' },
      '"http://api.example.com" is not where the credentials belong, which is "https://api.example.com"',
      'write a path relative to the base address, or use an action of type http-request',
    ],
    [
      { baseUri: 'api.example.com' },
      { path: '/x' },
      'the base address "api.example.com" is no http or https URL',
      'a base address begins with https://',
    ],
    [
      {},
      { path: '/contacts' },
      'the address "/contacts" is no http or https URL',
      'write the whole address, beginning with https://',
    ],
    [
      {},
      { path: 'file:///etc/passwd' },
      'the address "file:///etc/passwd" is no http or https URL',
      'write the whole address, beginning with https://',
    ],
  ])('is refused: %o %o', (bound: ClientBase, request, message, hint) => {
    const error = new MembraneError('http/request', message, { hint, class: 'configuration' });
    expect(() => buildUrl(bound, request)).toThrow(error);
  });
});

describe('a query', () => {
  it('repeats lists, nests objects, and leaves out what is missing', () => {
    const query = {
      a: 1,
      list: ['x', 2, null],
      none: undefined,
      no: null,
      filter: { name: 'A&B', in: [1, 2] },
      rows: [{ id: 1 }],
      yes: true,
      empty: '',
    };
    expect(decodeURIComponent(encodeQuery(query))).toBe(
      'a=1&list=x&list=2&filter[name]=A&B&filter[in]=1&filter[in]=2&rows[0][id]=1&yes=true&empty=',
    );
    expect(encodeQuery({ 'a b': 'ü&=+ ' })).toBe('a%20b=%C3%BC%26%3D%2B%20');
  });

  it.each([
    ['of both', '/x', { limit: 5 }, '?key=k&limit=5'],
    ['of the request wins over the base', '/x', { key: 'own' }, '?key=own'],
    ['of the request takes one of the base out', '/x', { key: null }, ''],
    ['of the path stays, and is not doubled', '/x?key=k&cursor=c', {}, '?key=k&cursor=c'],
    [
      'of the request wins over the path',
      '/x?cursor=old&limit=1',
      { cursor: 'new' },
      '?limit=1&key=k&cursor=new',
    ],
  ])('%s', (_, path, query, expected) => {
    expect(buildUrl({ baseUri: base, query: { key: 'k' } }, { path, query }).search).toBe(expected);
  });
});
