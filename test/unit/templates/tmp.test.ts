import { cpSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { it } from 'vitest';
import { formatProject, openMembrane } from '../../../src/membrane.js';
import { testProject } from '../../support/project.js';
const from = path.resolve(import.meta.dirname, '../../../templates/connectors');
it.each(readdirSync(from))('%s', async (name) => {
  const { root } = await testProject({ 'membrane.yaml': '' });
  cpSync(path.join(from, name), path.join(root, 'connectors', name), { recursive: true });
  await formatProject({ cwd: root });
  const m = await openMembrane({ cwd: root });
  const { diagnostics } = await m.validate();
  for (const d of diagnostics) console.log(name, path.relative(root, d.span.file), d.span.line, d.code, d.message, d.help);
  if (process.env['WRITE']) cpSync(path.join(root, 'connectors', name), path.join(from, name), { recursive: true });
});
