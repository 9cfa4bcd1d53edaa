import type { Command } from '../../command.js';

export const tenantUse: Command = {
  path: 'tenant use',
  summary: 'choose the tenant that commands work for',
  args: [{ name: 'key', summary: 'key of the tenant', completes: 'tenants' }],
  examples: ['tenant use acme', 'tenant use local'],
  async run(session, [key = '']) {
    await (await session.membrane()).tenants.use(key);
    return { data: { current: key }, human: () => `commands now work for tenant "${key}"` };
  },
};
