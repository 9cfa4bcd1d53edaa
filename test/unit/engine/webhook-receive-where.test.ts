import { expect, it, onTestFinished } from 'vitest';
import { receiverPlace, type ReceiverPlace } from '../../../src/engine/webhook-receive-where.js';
import { openWiring } from '../../../src/wiring.js';
import { testProject } from '../../support/project.js';
import { failure } from './world.js';

type Given = Parameters<typeof receiverPlace>[1];

async function place(config: string, given: Given = {}, env = {}): Promise<ReceiverPlace | undefined> {
  const { root } = await testProject({ 'membrane.yaml': config });
  const { engine, close } = await openWiring({ cwd: root, env });
  onTestFinished(close);
  return receiverPlace(engine, given);
}

it('is where it is said, or where membrane.yaml says it, or nowhere', async () => {
  const own = 'watch: {listen: "0.0.0.0:9000", publicUrl: "https://${HOST}/hooks"}\n';
  expect(await place('')).toBe(undefined);
  expect(await place('', { listen: '8080' })).toEqual({ host: '127.0.0.1', port: 8080 });
  expect(await place('', { listen: '[::1]:0' })).toEqual({ host: '::1', port: 0 });
  expect(await place('watch: {listen: 8080}\n')).toEqual({ host: '127.0.0.1', port: 8080 });
  const publicUrl = 'https://hooks.example.com';
  expect(await place(own, { listen: 'localhost:1', publicUrl })).toEqual({
    host: 'localhost',
    port: 1,
    publicUrl,
  });
  expect(await place(own.replace('https://${HOST}', '${HOST}'), {}, { HOST: publicUrl })).toEqual({
    host: '0.0.0.0',
    port: 9000,
    publicUrl: `${publicUrl}/hooks`,
  });
  expect(await place(own, { isBrief: true })).toBe(undefined);
});

it('says what is wrong with what is given', async () => {
  const wrong = async (given: Given) => (await failure(place('', given)))['message'];
  expect([
    await wrong({ listen: 'here' }),
    await wrong({ listen: '65536' }),
    await wrong({ listen: '::1:80' }),
    await wrong({ publicUrl: 'https://a.example.com' }),
    await wrong({ listen: '80', publicUrl: 'a.example.com' }),
    await wrong({ listen: '80', publicUrl: 'https://a.example.com/?a' }),
    await wrong({ listen: '80', publicUrl: 'ftp://a.example.com' }),
    await wrong({ listen: '80', isBrief: true }),
  ]).toEqual([
    '"here" is no place to listen at',
    '"65536" is no place to listen at',
    '"::1:80" is no place to listen at',
    'there is a public url, and nothing listens behind it',
    '"a.example.com" is no public url',
    '"https://a.example.com/?a" is no public url',
    '"ftp://a.example.com" is no public url',
    'webhooks are received by a watcher that goes on only',
  ]);
});
