import { kind } from '../core/type-kinds.js';
import { perhaps } from '../core/type.js';
import { checkKinds } from './argument-kinds.js';
import { defineFormula } from './formula.js';
import { after } from './node.js';

export const domainFromEmailFormula = defineFormula({
  name: '$domainFromEmail',
  summary: 'What stands behind the @ of an email address; undefined for what is none.',
  schema: { type: ['string', 'null'] },
  examples: [
    {
      title: 'of an address',
      formula: { $domainFromEmail: { $var: 'email' } },
      variables: { email: 'ada@analytical.example' },
      result: 'analytical.example',
    },
    { title: 'of something else', formula: { $domainFromEmail: 'ada' }, variables: {} },
  ],
  compile(argument, scope) {
    return after(scope.compile(argument), (value) => {
      if (typeof value !== 'string') return undefined;
      const [, domain, ...more] = value.split('@');
      // The closing bracket of `Ada <ada@analytical.example>` is no part of it.
      return more.length > 0 ? undefined : domain?.trim().replace(/>$/, '') || undefined;
    });
  },
  type(argument, scope) {
    checkKinds(scope, '"$domainFromEmail"', scope.typeOf(argument), kind.text, argument);
    return perhaps({ type: 'string' });
  },
});
