import { expect, it } from 'vitest';
import { askFields } from '../../../src/cli/fields.js';
import { fakePrompts } from './fake-session.js';

const schema = {
  type: 'object',
  required: ['apiKey', 'region', 'port'],
  properties: {
    apiKey: { type: 'string', title: 'API key', description: 'from your profile', isSensitive: true },
    secondKey: { type: 'string', isSensitive: true },
    region: { type: 'string', enum: ['eu', 'us'], default: 'us' },
    port: { type: 'integer', default: 443 },
    baseUri: { type: 'string' },
    sandbox: { type: 'boolean' },
  },
};

it('asks for each field as it should be asked for', async () => {
  const prompts = fakePrompts(['k-1', '', '"eu"', '8443', '', true]);
  expect(await askFields(prompts, schema, {})).toEqual({
    apiKey: 'k-1',
    region: 'eu',
    port: 8443,
    sandbox: true,
  });
  expect(prompts.asked).toEqual([
    ['secret', 'API key (from your profile)', { required: true }],
    ['secret', 'secondKey', { required: false }],
    [
      'choose',
      'region',
      [
        { value: '"eu"', name: 'eu' },
        { value: '"us"', name: 'us' },
      ],
      '"us"',
    ],
    ['text', 'port', { initial: '443', required: false }],
    ['text', 'baseUri', { required: false }],
    ['confirm', 'sandbox', false],
  ]);
});

it('does not ask for what is given', async () => {
  const given = { apiKey: 'k', secondKey: 'l', region: 'eu', port: 1, baseUri: 'b', sandbox: false };
  const prompts = fakePrompts([]);
  expect(await askFields(prompts, schema, given)).toEqual(given);
  expect(prompts.asked).toEqual([]);
});

it('asks only for what cannot be left out where something is given', async () => {
  const prompts = fakePrompts(['80']);
  const only = { ...schema, required: ['apiKey', 'port'] };
  expect(await askFields(prompts, only, { apiKey: 'k' })).toEqual({ apiKey: 'k', port: 80 });
  expect(prompts.asked).toEqual([['text', 'port', { initial: '443', required: false }]]);
});

it('asks nothing where there is nothing to ask', async () => {
  expect(await askFields(fakePrompts([]), true, { a: 1 })).toEqual({ a: 1 });
});
