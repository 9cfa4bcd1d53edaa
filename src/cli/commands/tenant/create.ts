import { text, type Command } from '../../command.js';

export const tenantCreate: Command = {
  path: 'tenant create',
  summary: 'make a tenant: somebody whose accounts are connected',
  args: [{ name: 'key', summary: 'key of the tenant, as your product knows it' }],
  options: [{ flags: '--name <name>', summary: 'what people call it' }],
  examples: ['tenant create acme --name "Acme Inc."'],
  async run(session, [key = ''], options) {
    const name = text(options, 'name');
    const tenant = await (await session.membrane()).tenants.create(key, name === undefined ? {} : { name });
    return {
      data: tenant,
      human: () => `created tenant "${tenant.key}"`,
      note: `next: membrane tenant use ${tenant.key}, or --tenant ${tenant.key}`,
    };
  },
};
