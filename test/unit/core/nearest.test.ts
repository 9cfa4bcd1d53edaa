import { describe, expect, it } from 'vitest';
import { didYouMean, meantBy, nearest } from '../../../src/core/nearest.js';

describe('names that were probably meant', () => {
  it.each([
    ['emial', ['email', 'name'], 'did you mean "email"?'],
    ['contac', ['contacts', 'contact'], 'did you mean "contact" or "contacts"?'],
    ['createdat', ['createdAt', 'created'], 'did you mean "createdAt"?'],
    ['aaaa1', ['aaaa2', 'aaaa3', 'aaaa4', 'aaaa5'], 'did you mean "aaaa2" or "aaaa3" or "aaaa4"?'],
    ['zebra', ['email'], undefined],
    ['id', ['ip'], undefined],
  ])('%s among %j', (name, names, help) => {
    expect(didYouMean(name, names)).toBe(help);
  });

  it('are told again from the help, where there was one only', () => {
    expect([
      meantBy('did you mean "email"?'),
      meantBy('did you mean "actions"? nothing in this folder is loaded'),
      meantBy('did you mean "contact" or "contacts"?'),
      meantBy('known fields: "email"'),
      meantBy(undefined),
    ]).toEqual(['email', 'actions', undefined, undefined, undefined]);
  });

  it('come with the nearest first', () => {
    expect(nearest('contac', ['contacts', 'contact'])).toBe('contact');
  });
});
