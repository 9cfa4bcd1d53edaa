import { expect, it } from 'vitest';
import { MembraneError } from '../../../src/core/error.js';
import { memoryConnections, memorySecrets } from '../../support/memory-ports.js';
import { json } from '../../support/server.js';
import { world } from './world.js';

it('the doctor looks at everything, and tries each connection', async () => {
  const { membrane, connect } = await world({}, { '/me': json({}) });
  const fine = [
    { name: 'state', state: 'ok', message: 'the state database opens' },
    { name: 'secrets', state: 'ok', message: 'the secret store "file" works' },
  ];
  expect(await membrane.doctor()).toEqual([
    ...fine,
    {
      name: 'connections',
      state: 'warning',
      message: 'tenant "local" has no connection yet',
      help: 'make one: membrane connect INTEGRATION',
    },
  ]);
  await connect();
  expect(await membrane.doctor()).toEqual([
    ...fine,
    { name: 'connection crm', state: 'ok', message: 'the test request succeeds (0 ms)' },
  ]);
});

it('the doctor reports what fails, and goes on', async () => {
  const { open } = await world({});
  const failing = () =>
    Promise.reject(new MembraneError('store/unavailable', 'it is broken', { hint: 'mend it' }));
  const membrane = await open({
    ports: {
      store: failing,
      secrets: async () => ({ ...memorySecrets(), probe: failing }),
      connections: { ...memoryConnections(), list: failing },
    },
  });
  expect(await membrane.doctor()).toEqual(
    ['state', 'secrets', 'connections'].map((name) => ({
      name,
      state: 'failed',
      message: 'it is broken',
      help: 'mend it',
    })),
  );
});
