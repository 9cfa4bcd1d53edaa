import { expect, it } from 'vitest';
import { fillIn } from '../../../src/engine/config-env.js';
import { json } from '../../support/server.js';
import { failure, world } from './world.js';

const env = { A: 'one', B_2: '${A}', EMPTY: '' };

it('variables are filled in once, wherever a text stands', () => {
  expect(fillIn({ env }, { url: 'https://${A}/${B_2}', list: ['${A}', 7], none: null }, 'app')).toEqual({
    value: { url: 'https://one/${A}', list: ['one', 7], none: null },
    secrets: ['one', '${A}', 'one'],
  });
});

it('what is no variable stays as it is', () => {
  const texts = ['$', '$A', '${', '${}', '${1}', '${"a": 1}', '$${A}', '$$${A}', '{A}'];
  expect(fillIn({ env }, texts, 'app').value).toEqual([
    '$',
    '$A',
    '${',
    '${}',
    '${1}',
    '${"a": 1}',
    '${A}',
    '$${A}',
    '{A}',
  ]);
});

it('one that is not set, or empty, is named with its place', async () => {
  for (const name of ['MISSING', 'EMPTY']) {
    const fill = async () => fillIn({ env }, { headers: { list: [`\${${name}}`] } }, 'app');
    expect(await failure(fill())).toEqual({
      code: 'config/variable',
      message: `the environment variable "${name}" is not set, which "app.headers.list[0]" in membrane.yaml names`,
      hint: `set it where membrane runs: ${name}=…; a text that is meant as it stands is written "$\${${name}}"`,
    });
  }
});

const files = {
  'membrane.yaml': `app:
  baseUri: '\${APP}'
  headers: {authorization: 'Bearer \${APP_TOKEN}'}
`,
  'actions/mine.yaml': 'type: api-request-to-your-app\nconfig: {request: {uri: /echo, method: POST}}\n',
};

it('the app is called with what the variables hold, and none of it is logged', async () => {
  const token = 'token-of-the-app';
  const { open, server, ports } = await world(files, { '/echo': json({ ok: true }) });
  const membrane = await open({ env: { APP: server.url, APP_TOKEN: token } });
  await membrane.actions.run('mine');
  expect(server.requests.map(({ headers }) => headers['authorization'])).toEqual([`Bearer ${token}`]);
  await membrane.close();
  const logged = JSON.stringify(await (await ports.store()).drawer('request').list({}));
  expect([logged.includes('/echo'), logged.includes(token)]).toEqual([true, false]);
});

it('the app cannot be called without them', async () => {
  const { membrane } = await world(files);
  expect(await failure(membrane.actions.run('mine'))).toMatchObject({
    code: 'config/variable',
    message: 'the environment variable "APP" is not set, which "app.baseUri" in membrane.yaml names',
  });
});
