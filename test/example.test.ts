import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startCrm } from '../examples/crm/server.mjs';
import { hermeticEnvironment, repository } from './support/cli.js';

describe('the example CRM', () => {
  it('wants its API key', async () => {
    const { call } = await crm();
    expect(await call('GET', '/me', undefined, { 'x-api-key': 'wrong' })).toEqual({
      status: 401,
      data: { error: { code: 'unauthorized', message: 'the API key is missing or wrong' } },
    });
  });

  it('gives contacts page by page, filtered', async () => {
    const { call } = await crm();
    const first = await call('GET', '/contacts?limit=2');
    expect([idsOf(first), first.data.nextCursor]).toEqual([['1', '2'], '2']);
    const second = await call('GET', '/contacts?limit=2&cursor=2');
    expect([idsOf(second), second.data.nextCursor]).toEqual([['3'], undefined]);
    expect(idsOf(await call('GET', '/contacts?company=flow-matic'))).toEqual(['3']);
  });

  it('creates, changes and deletes', async () => {
    const { call } = await crm();
    const created = await call('POST', '/contacts', { firstName: 'Ada', email: 'ada@byron.example' });
    expect([created.status, created.data.id, created.data.firstName]).toEqual([201, '4', 'Ada']);
    const changed = await call('PATCH', '/contacts/4', { company: 'Byron' });
    expect([changed.status, changed.data.company, changed.data.firstName]).toEqual([200, 'Byron', 'Ada']);
    expect(await call('DELETE', '/contacts/4')).toEqual({ status: 204, data: undefined });
    expect((await call('GET', '/contacts/4')).status).toBe(404);
  });

  it('refuses what is wrong', async () => {
    const { call } = await crm();
    const codes = [
      await call('POST', '/contacts', { email: 'nobody' }),
      await call('POST', '/contacts', { email: 'grace@flowmatic.example' }),
      await call('POST', '/contacts', 'no JSON'),
      await call('GET', '/companies'),
      await call('POST', '/contacts/1', {}),
    ].map(({ status, data }) => [status, data.error.code]);
    expect(codes).toEqual([
      [422, 'invalid_email'],
      [409, 'duplicate'],
      [400, 'invalid_json'],
      [404, 'no_such_path'],
      [405, 'method_not_allowed'],
    ]);
  });
});

it('the demo runs through', async () => {
  const demo = path.join(repository, 'examples/crm/demo.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [demo], { env: hermeticEnvironment() });
  expect(stdout.match(/^\$ .*/gm)?.map((line) => line.replace(/ \S*\{.*/, ''))).toEqual([
    '$ node examples/crm/server.mjs --port 0',
    '$ membrane validate',
    '$ cat credentials.json | membrane connect crm --input -',
    '$ membrane action run create-contact --input',
    '$ membrane action run list-contacts',
  ]);
  expect(stdout).toContain('"name": "Katherine Johnson"');
});

// The shape of the answers is what the tests are about.
// oxlint-disable-next-line typescript/no-explicit-any
type Answer = { status: number; data: any };

async function crm() {
  const server = await startCrm();
  onTestFinished(server.stop);
  const call = async (method: string, where: string, body?: unknown, headers = {}): Promise<Answer> => {
    const response = await fetch(server.url + where, {
      method,
      headers: { 'x-api-key': server.apiKey, ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, data: text === '' ? undefined : JSON.parse(text) };
  };
  return { call };
}

function idsOf({ data }: Answer): string[] {
  return data.items.map(({ id }: { id: string }) => id);
}
