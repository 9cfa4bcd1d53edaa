import path from 'node:path';
import { expect, it } from 'vitest';
import { openMembrane } from '../../../src/membrane.js';
import { testProject } from '../../support/project.js';

const connector = `auth:
  makeApiClient: {type: mapping, mapping: {baseUri: https://a.example}}
  options:
    app:
      type: oauth2
`;

it('a function of one of several ways is found by its whole path, and a misspelt one is not', async () => {
  const { root } = await testProject({
    'membrane.yaml': '',
    'connectors/crm/spec.yaml': connector,
    'connectors/crm/auth/app/get-oauth-config.map.yml': 'clientId: a\n',
    'connectors/crm/auth/app/tset.rest.yml': 'path: /me\n',
  });
  const { diagnostics } = await (await openMembrane({ cwd: root })).validate();
  expect(
    diagnostics.map(({ message, help, span }) => [path.relative(root, span.file), message, help]),
  ).toEqual([
    [
      'connectors/crm/auth/app/tset.rest.yml',
      'no function of this element is called "auth/app/tset"',
      'did you mean "auth/app/test"?',
    ],
  ]);
});
