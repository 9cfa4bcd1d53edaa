import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withConnector } from '../../../src/cli/copy-connector.js';
import type { Session } from '../../../src/cli/session.js';
import { openMembrane } from '../../../src/membrane.js';
import { testProject } from '../../support/project.js';
import { failure } from '../engine/world.js';
import { fakePrompts, fakeSession } from './fake-session.js';

/** A session in a project with these files, in which somebody gives these answers. */
async function open(files: Readonly<Record<string, string>>, answers?: readonly boolean[]) {
  const project = await testProject({ 'membrane.yaml': '', ...files });
  const membrane = await openMembrane({ cwd: project.root });
  const prompts = answers === undefined ? undefined : fakePrompts(answers);
  const session = fakeSession({
    cwd: project.root,
    membrane,
    reopen: () => openMembrane({ cwd: project.root }),
    ...(prompts === undefined ? {} : { prompts }),
  });
  return { project, session, prompts, membrane };
}

/** The project that knows how to connect it. */
const plan = (session: Session, integration: string) =>
  withConnector(session, integration, async (membrane) => {
    await membrane.connections.plan({ integration, auth: integration === 'github' ? 'token' : undefined });
    return membrane;
  });

const crm = {
  'connectors/crm/spec.yaml':
    'auth:\n  type: none\n  makeApiClient: {type: mapping, mapping: {baseUri: https://a.example}}\n',
};

const github =
  'a connector "github" comes with the tool; copy it into the project: membrane new connector github --from github';

describe('an integration that the project lacks', () => {
  it('gets a copy of the connector that comes with the tool, if somebody agrees', async () => {
    const { project, session, prompts } = await open(crm, [true]);
    const membrane = await plan(session, 'github');
    expect((await membrane.elements.list('connector')).map(({ key }) => key)).toEqual(['crm', 'github']);
    expect(prompts?.asked).toEqual([
      [
        'confirm',
        'The project has no connector "github". Copy the one that comes with the tool into connectors/github?',
      ],
    ]);
    expect(session.notes).toEqual([
      'wrote 16 files; connectors/github/README.md says how to get credentials',
    ]);
    expect(await project.read('connectors/github/spec.yaml')).toContain('name: GitHub\n');
  });

  it('stays as it is where nobody agrees, or nobody can be asked', async () => {
    const refused = await open(crm, [false]);
    const alone = await open(crm);
    const expected = { code: 'element/not-found', message: 'no integration "github"', hint: github };
    expect(await failure(plan(refused.session, 'github'))).toEqual(expected);
    expect(await failure(plan(alone.session, 'github'))).toEqual(expected);
    expect(existsSync(refused.project.path('connectors/github'))).toBe(false);
  });

  it('may be one that only lacks its connector', async () => {
    const { session, project } = await open({ 'integrations/code/spec.yaml': 'connectorKey: github\n' });
    expect(await failure(plan(session, 'code'), project.root)).toEqual({
      code: 'ref/not-found',
      message: 'the integration "code" has no connector "github"',
      hint: github,
      at: 'integrations/code/spec.yaml:1:15',
    });
  });

  it('is looked for among those of the project first, when it is misspelt', async () => {
    const { session } = await open({
      ...crm,
      'connectors/githup/spec.yaml': crm['connectors/crm/spec.yaml'],
    });
    const hint = async (key: string) => (await failure(plan(session, key)))['hint'];
    expect([await hint('githap'), await hint('slakc'), await hint('nothing-like-it')]).toEqual([
      'did you mean "githup"?',
      'did you mean "slack"? It comes with the tool: membrane new connector slack --from slack',
      'there are crm, githup; what comes with the tool: membrane connector templates',
    ]);
  });

  it('is not asked about where the project has it, sound or not', async () => {
    const { session, membrane } = await open({ ...crm, 'connectors/github/spec.yaml': 'auth: [' }, []);
    expect(await plan(session, 'crm')).toBe(membrane);
    expect(await failure(plan(session, 'github'))).toMatchObject({ code: 'project/errors' });
  });
});
