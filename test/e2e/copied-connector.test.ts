import { describe, expect, it, onTestFinished } from 'vitest';
import { startCrm } from '../../examples/crm/server.mjs';
import { testProject } from '../support/project.js';
import { hasTerminal, openTerminal } from '../support/terminal.js';

describe.skipIf(!hasTerminal)('a connector that comes with the tool, at a terminal', () => {
  it('is copied after a question, asks for what it needs, and connects', async () => {
    const crm = await startCrm();
    onTestFinished(() => crm.stop());
    const project = await testProject({ 'membrane.yaml': 'secrets: file\n' });
    const terminal = openTerminal(project, ['connect', 'api-key-header']);
    await terminal.shows('Copy the one that comes with the tool into connectors/api-key-header?');
    terminal.type('\r');
    await terminal.shows('Base address of the API');
    terminal.type(`${crm.url}\r`);
    await terminal.shows('? API key');
    terminal.type(`${crm.apiKey}\r`);
    expect(await terminal.ended).toBe(0);
    expect(terminal.text()).toContain('connected "api-key-header" (api-key-header)');
    const { stdout } = await project.run(['request', 'api-key-header', 'GET', '/me']);
    expect(JSON.parse(stdout)).toMatchObject({ id: 'user-1' });
  });

  it('is not copied where somebody says no', async () => {
    const project = await testProject({ 'membrane.yaml': 'secrets: file\n' });
    const terminal = openTerminal(project, ['connect', 'bearer']);
    await terminal.shows('into connectors/bearer?');
    terminal.type('n\r');
    expect(await terminal.ended).toBe(2);
    expect(terminal.text()).toContain('membrane new connector bearer --from bearer');
    expect((await project.run(['connector', 'list', '--json'])).stdout).toContain('"data": []');
  });
});
