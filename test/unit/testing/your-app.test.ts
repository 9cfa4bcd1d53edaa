import { expect, it } from 'vitest';
import { runTests } from '../../../src/membrane.js';
import { testProject } from '../../support/project.js';

it('a test of what calls your app needs no variable of the machine', async () => {
  const { root } = await testProject({
    'membrane.yaml': 'app: {baseUri: "${APP_URL}", headers: {authorization: "Bearer ${APP_TOKEN}"}}\n',
    'actions/tell.yaml':
      'type: api-request-to-your-app\nconfig: {request: {uri: /orders, method: POST, body: {n: 1}}}\n',
    'actions/tell.test.yaml':
      'tests:\n  - name: tells\n    responses: [{request: POST /orders, body: {ok: true}}]\n    output: {ok: true}\n',
  });
  const { results } = await runTests({ cwd: root });
  expect(results.map(({ name, state, failures }) => ({ name, state, failures }))).toEqual([
    { name: 'tells', state: 'passed', failures: [] },
  ]);
});
