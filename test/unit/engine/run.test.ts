import { describe, expect, it } from 'vitest';
import { hang, json, status } from '../../support/server.js';
import { connector, failure, get, world } from './world.js';

const see = 'see them all with "membrane validate"';

describe('a run', () => {
  it('gives the output, and is logged with its requests and without secrets', async () => {
    const { membrane, connect } = await world(
      {
        'actions/me.yaml': `${get('/me')}outputMapping: {name: {$var: output.name}, key: {$var: output.key}}\n`,
      },
      { '/me': json({ name: 'Ada', key: 'secret-key' }) },
    );
    await connect();
    const { id, output, warnings } = await membrane.actions.run('me');
    expect({ output, warnings }).toEqual({ output: { name: 'Ada', key: 'secret-key' }, warnings: [] });
    const logged = await membrane.logs.list({ type: 'action-run' });
    expect(logged.map((entry) => [entry.id, entry.state, entry.data['ref']])).toEqual([
      [id, 'completed', 'action/me'],
    ]);
    expect((await membrane.logs.list({ parent: id })).map(({ type, state }) => [type, state])).toEqual([
      ['request', 'ok'],
    ]);
    expect(JSON.stringify(await membrane.logs.list())).not.toContain('secret-key');
  });

  it('ends at its limit, and says so in the log', async () => {
    const { membrane, connect, clock, root, server } = await world(
      { 'membrane.yaml': 'limits: {actionSeconds: 5}\n', 'actions/slow.yaml': get('/slow') },
      { '/slow': hang },
    );
    await connect();
    const failed = failure(membrane.actions.run('slow'), root);
    while (server.requests.length === 0) await new Promise((resolve) => void setImmediate(resolve));
    await clock.move(5000);
    expect(await failed).toEqual({
      code: 'run/timeout',
      message: 'action/slow ran for more than 5 s',
      hint: 'raise "limits.actionSeconds" in membrane.yaml, or let it do less',
      at: 'actions/slow.yaml:2:1',
    });
    expect((await membrane.logs.list({ type: 'action-run' })).map((entry) => entry.state)).toEqual([
      'failed',
    ]);
  });

  it('does not mind errors elsewhere in the project', async () => {
    const { membrane, connect } = await world(
      { 'actions/me.yaml': get('/me'), 'actions/broken.yaml': 'type: [', 'flows/f.yaml': 'nodes: 5\n' },
      { '/me': json({ name: 'Ada' }) },
    );
    await connect();
    expect((await membrane.actions.run('me')).output).toEqual({ name: 'Ada' });
  });

  it('stops for errors in its files, and in what it references', async () => {
    const { membrane, root } = await world({
      'actions/wrong.yaml': `${get('/me')}nmae: x\n`,
      'actions/unreadable.yaml': 'type: [',
      'actions/records.yaml': 'type: list-data-records\nconfig: {dataSource: {key: contacts}}\n',
      'actions/twice.yaml': get('/me'),
      'actions/twice/spec.yaml': get('/you'),
      'data-sources/contacts.yaml': 'path: 5\n',
    });
    const run = (key: string) => failure(membrane.actions.run(key), root);
    const refused = (key: string, frame: string) => ({
      code: 'project/errors',
      message: `action/${key} cannot run: 1 error in its files`,
      hint: see,
      frames: [frame],
    });
    const unended = 'a list or object in brackets has no end, or goes on further to the left';
    expect(await run('unreadable')).toEqual(
      refused('unreadable', `actions/unreadable.yaml:1:7 yaml/syntax: ${unended}`),
    );
    // these are only looked at for somebody
    await membrane.connections.connect({
      integration: 'crm',
      skipTest: true,
      input: { apiKey: 'k', baseUri: 'http://127.0.0.1:9' },
    });
    expect(await run('wrong')).toEqual(
      refused('wrong', 'actions/wrong.yaml:6:1 schema/unknown-field: unknown field "nmae"'),
    );
    expect(await run('records')).toEqual(
      refused('records', 'data-sources/contacts.yaml:1:7 schema/type: "path" must be a string, not a number'),
    );
    expect(await run('twice')).toEqual(
      refused('twice', 'actions/twice.yaml:1:1 element/duplicate: action "twice" is defined twice'),
    );
  });

  it('stops for errors in membrane.yaml, which would change what it does', async () => {
    const { membrane, connect, root } = await world({ 'actions/me.yaml': get('/me') });
    await connect();
    const broken = await world({
      'membrane.yaml': 'limits: {actionSeconds: soon}\n',
      'actions/me.yaml': get('/me'),
    });
    expect(await failure(broken.connect(), broken.root)).toEqual({
      code: 'project/errors',
      message: 'integration/crm cannot be used: 1 error in its files',
      hint: see,
      frames: ['membrane.yaml:1:25 schema/type: "actionSeconds" must be a number, not a string'],
    });
    expect((await failure(membrane.actions.run('me'), root))['code']).toBe('http/status');
  });

  it('needs an element that is there and on', async () => {
    const { membrane, connect, root } = await world({
      'actions/me.yaml': get('/me'),
      'actions/off.yaml': `isDeactivated: true\n${get('/me')}`,
      'integrations/crm/actions/off.yaml': 'name: Off\n',
    });
    await connect();
    expect(await failure(membrane.actions.run('em'), root)).toEqual({
      code: 'element/not-found',
      message: 'no action "em"',
      hint: 'see them with "membrane action list"',
    });
    expect(await failure(membrane.actions.run('off'), root)).toEqual({
      code: 'element/off',
      message: 'action/off@crm is deactivated',
      hint: 'remove "isDeactivated: true" from its file',
      at: 'actions/off.yaml:1:1',
    });
  });

  it('needs input that fits; null is not nothing', async () => {
    const schema = 'inputSchema: {type: object, properties: {id: {type: string}}, required: [id]}\n';
    const { membrane, connect } = await world({ 'actions/me.yaml': get('/me') + schema });
    await connect();
    const fails = (input: unknown) => failure(membrane.actions.run('me', { input }));
    const hint = 'see what it takes: membrane action show me';
    expect(await fails(undefined)).toEqual({
      code: 'input/invalid',
      message: 'the input does not fit its schema: "id" is missing',
      hint,
    });
    expect(await fails(null)).toEqual({
      code: 'input/invalid',
      message: 'the input does not fit its schema: the value must be an object, not null',
      hint,
    });
  });

  it('needs one connection, or to be told which', async () => {
    const { membrane, connect } = await world(
      { 'actions/me.yaml': get('/me') },
      { '/me': json({ ok: true }) },
    );
    expect(await failure(membrane.actions.run('me'))).toEqual({
      code: 'connection/missing',
      message: 'action "me" needs a connection, and there is none',
      hint: 'make one: membrane connect crm',
    });
    await connect();
    await connect({ key: 'second' });
    expect(await failure(membrane.actions.run('me'))).toEqual({
      code: 'usage/ambiguous',
      message: 'several connections can run action "me": crm, second',
      hint: 'choose one: --connection crm',
    });
    expect((await membrane.actions.run('me', { connection: 'second' })).output).toEqual({ ok: true });
  });

  it('needs an element that its connection can see', async () => {
    const { membrane, connect } = await world({
      'connectors/erp/spec.yaml': connector,
      'integrations/erp/actions/me.yaml': get('/me'),
    });
    await connect();
    expect(await failure(membrane.actions.run('me', { connection: 'crm' }))).toEqual({
      code: 'element/not-found',
      message: 'action "me" is not there for "crm"',
      hint: 'it is declared for erp',
    });
    expect(await failure(membrane.actions.run('me'))).toEqual({
      code: 'connection/missing',
      message: 'action "me" needs a connection, and there is none',
      hint: 'make one: membrane connect erp',
    });
  });

  it('points into the YAML of a request that the API refuses', async () => {
    const { membrane, connect, root } = await world(
      { 'actions/me.yaml': get('/me') },
      { '/me': status(422, { message: 'no' }) },
    );
    await connect();
    expect((await failure(membrane.actions.run('me'), root))['at']).toBe('actions/me.yaml:3:3');
  });

  it('warns of an output that is not as promised', async () => {
    const { membrane, connect } = await world(
      { 'actions/me.yaml': `${get('/me')}customOutputSchema: {type: array}\n` },
      { '/me': json({}) },
    );
    await connect();
    const { warnings } = await membrane.actions.run('me');
    expect(warnings.map(({ code, severity, message, span }) => [code, severity, message, span.line])).toEqual(
      [
        [
          'output/invalid',
          'warning',
          'the output does not fit its schema: the value must be a list, not an object',
          6,
        ],
      ],
    );
  });
});
