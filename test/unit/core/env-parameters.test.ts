import { expect, it } from 'vitest';
import { envParameters, parameterVariable } from '../../../src/core/env-secrets.js';

const candidates = [
  { key: 'acme-crm', fields: ['clientId', 'client-secret'] },
  { key: 'acme', fields: ['region', 'crm_clientId'] },
];

it('the variable of a parameter is upper case, and has no other signs than letters and digits', () => {
  expect(parameterVariable('acme-crm', 'client-secret')).toBe('MEMBRANE_PARAMETER_ACME_CRM_CLIENT_SECRET');
});

it('a variable gives the parameter that it is named after; an empty one gives nothing', () => {
  const env = {
    MEMBRANE_PARAMETER_ACME_CRM_CLIENT_SECRET: 's',
    MEMBRANE_PARAMETER_ACME_REGION: '',
    MEMBRANE_PARAMETER_ACME_OTHER: 'x',
  };
  expect(envParameters(env, 'acme-crm', candidates)).toEqual({ 'client-secret': 's' });
  expect(envParameters(env, 'acme', candidates)).toEqual({});
});

it('a variable that means two parameters is refused', () => {
  const env = { MEMBRANE_PARAMETER_ACME_CRM_CLIENTID: 'x' };
  expect(() => envParameters(env, 'acme', candidates)).toThrow(
    'MEMBRANE_PARAMETER_ACME_CRM_CLIENTID means "clientId" of integration "acme-crm" and "crm_clientId" of integration "acme"',
  );
});
