import { expect, it } from 'vitest';
import { faultyFields, fieldHint } from '../../../src/core/error-fields.js';

const email = (message: string) => [{ field: 'email', message }];

it.each([
  ['a list of errors', { errors: [{ field: 'email', message: 'is taken' }] }, email('is taken')],
  ['messages by field', { errors: { email: ['is taken'] } }, email('is taken')],
  [
    'JSON:API',
    { errors: [{ detail: 'is taken', source: { pointer: '/data/attributes/email' } }] },
    email('is taken'),
  ],
  [
    'RFC 9457',
    { title: 'bad', 'invalid-params': [{ name: 'email', reason: 'is taken' }] },
    email('is taken'),
  ],
  ['one error with a param', { error: { message: 'is taken', param: 'email' } }, email('is taken')],
  [
    'a place in the body',
    { detail: 'x', details: [{ loc: ['body', 'email'], msg: 'is taken' }] },
    email('is taken'),
  ],
  [
    'GraphQL',
    {
      errors: [
        {
          message: 'is taken',
          path: ['createContact'],
          extensions: { code: 'CONFLICT', argumentName: 'email' },
        },
      ],
    },
    email('is taken'),
  ],
  ['no field', { message: 'no' }, []],
  ['a name that is none', { name: 'NotFound' }, []],
  ['text', 'oops', []],
])('finds the field at fault in %s', (_, body, expected) => {
  expect(faultyFields(body)).toEqual(expected);
});

it('says it in a sentence', () => {
  expect(fieldHint(email('is taken'))).toBe('the API finds fault with "email" (is taken)');
  expect(fieldHint([])).toBe(undefined);
});
