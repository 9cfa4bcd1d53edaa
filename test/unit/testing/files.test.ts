import { describe, expect, it } from 'vitest';
import path from 'node:path';
import { openMembrane, runTests } from '../../../src/membrane.js';
import { outcomes, project } from './world.js';

async function problems(files: Readonly<Record<string, string>>): Promise<string[]> {
  const { root } = await project(files);
  const membrane = await openMembrane({ cwd: root });
  const { diagnostics } = await membrane.validate();
  return diagnostics.map(
    ({ code, message, span, help }) =>
      `${path.relative(root, span.file)}:${span.line}:${span.column} ${code}: ${message}${help === undefined ? '' : ` (${help})`}`,
  );
}

describe('a file of tests', () => {
  it('is no element, and nothing that nobody knows', async () => {
    const tests = 'tests: [{name: one, input: {name: Ada}}]\n';
    const { root } = await project({
      'actions/create.test.yaml': tests,
      'actions/create.errors.test.yaml': tests,
      'actions/create.tape.yaml': 'time: 2030-01-01T00:00:00Z\nexchanges: []\n',
      'actions/nested/spec.yaml': "type: run-javascript\nconfig: {code: 'export default () => 1'}\n",
      'actions/nested/own.test.yaml': tests,
      'connectors/crm/operations/find.yaml': 'run: {type: mapping, mapping: 1}\n',
      'connectors/crm/operations/find.test.yaml': tests,
      'tests/more/all.test.yaml': `element: action/look\n${tests}`,
    });
    const membrane = await openMembrane({ cwd: root });
    expect((await membrane.validate()).diagnostics).toEqual([]);
    const actions = await membrane.elements.list('action');
    expect(actions.map(({ key }) => key)).toEqual(['create', 'look', 'nested']);
    const { results } = await runTests({ cwd: root });
    expect(results.map(({ span, element }) => [path.relative(root, span.file), element])).toEqual([
      ['actions/create.errors.test.yaml', 'action/create'],
      ['actions/create.test.yaml', 'action/create'],
      ['actions/nested/own.test.yaml', 'action/nested'],
      ['connectors/crm/operations/find.test.yaml', 'operation/crm/find'],
      ['tests/more/all.test.yaml', 'action/look'],
    ]);
  });

  it('is checked with the project, at the place of what is wrong', async () => {
    expect(
      await problems({
        'actions/create.test.yaml': 'tests:\n  - {name: a, outptu: 1}\n',
        'actions/create.two.test.yaml': 'tests:\n  - {name: a, tape: none.tape.yaml}\n  - {name: a}\n',
        'actions/create.three.test.yaml':
          'tests:\n  - {name: a, tape: ../../x.tape.yaml}\n  - {name: b, output: {id: {$matches: "("}}}\n',
        'actions/create.four.test.yaml': 'tests: [\n',
        'actions/craete.test.yaml': 'tests: [{name: a}]\n',
        'data-schemas/person.yaml': 'schema: {type: object}\n',
        'data-schemas/person.test.yaml': 'tests: [{name: a}]\n',
        'tests/a.test.yaml': 'tests: [{name: a}]\n',
        'tests/b.test.yaml': 'element: acton/create\ntests: [{name: a}]\n',
      }),
    ).toEqual([
      'actions/craete.test.yaml:1:1 ref/not-found: no action "craete" (did you mean "create"?)',
      'actions/create.four.test.yaml:1:8 yaml/syntax: a list or object in brackets has no end, or goes on further to the left (close it with "]", and indent all of it)',
      'actions/create.test.yaml:2:15 schema/unknown-field: unknown field "outptu" (did you mean "output"?)',
      'actions/create.three.test.yaml:2:21 schema/value: this cannot be the name of a tape (name it KEY.tape.yaml, in a folder of the project)',
      'actions/create.three.test.yaml:3:39 schema/value: "(" is no regular expression',
      'actions/create.two.test.yaml:2:21 tape/missing: there is no tape "actions/none.tape.yaml" yet (record it: membrane test create --record)',
      'actions/create.two.test.yaml:3:12 schema/value: two tests have the name "a" (give it another: a test is chosen by its name)',
      'data-schemas/person.test.yaml:1:1 test/element: elements of kind "data-schema" cannot be run (what can be run is action, flow, operation)',
      'tests/a.test.yaml:1:1 test/element: the file does not say which element it tests (say it with "element: action/KEY", or put the file beside the element)',
      'tests/b.test.yaml:1:10 test/element: elements of kind "acton" cannot be run (did you mean "action"?)',
    ]);
  });
});

describe('a test of a flow', () => {
  const flow = `nodes:
  start: {type: api-trigger, links: [{key: greet}]}
  greet: {type: transform-data, config: {output: 1}}
`;

  it('names nodes and triggers that the flow has', async () => {
    const tests = `tests:
  - {name: a, start: start, nodes: {greet: {output: 1}}}
  - name: b
    start: strat
    nodes:
      gret: {output: 1}
  - {name: c, start: greet, nodes: {other: {output: 1}}}
`;
    expect(
      await problems({
        'actions/create.test.yaml': 'tests: [{name: a, nodes: {greet: {output: 1}}, start: begin}]\n',
        'flows/hello.yaml': flow,
        'flows/hello.test.yaml': tests,
      }),
    ).toEqual([
      'actions/create.test.yaml:1:27 ref/not-found: action "create" has no node "greet" (only flows have nodes)',
      'actions/create.test.yaml:1:55 ref/not-found: action "create" has no trigger "begin" (only flows have nodes)',
      'flows/hello.test.yaml:4:12 ref/not-found: flow "hello" has no trigger "strat" (did you mean "start"?)',
      'flows/hello.test.yaml:6:7 ref/not-found: flow "hello" has no node "gret" (did you mean "greet"?)',
      'flows/hello.test.yaml:7:22 ref/not-found: flow "hello" has no trigger "greet" (its triggers are start)',
      'flows/hello.test.yaml:7:37 ref/not-found: flow "hello" has no node "other" (its nodes are start, greet)',
    ]);
  });

  it('is checked against all layers of it, and not where the flow itself is wrong', async () => {
    const more =
      'nodes:\n  start: {links: [{key: greet}, {key: more}]}\n  more: {type: transform-data, config: {output: 1}}\n';
    expect(
      await problems({
        'flows/hello.yaml': flow,
        'integrations/crm/flows/hello.yaml': more,
        'flows/hello.test.yaml': 'tests: [{name: a, nodes: {more: {output: 1}}}]\n',
        'flows/broken.yaml': 'nodes: 1\n',
        'flows/broken.test.yaml': 'tests: [{name: a, nodes: {more: {output: 1}}}]\n',
      }),
    ).toEqual(['flows/broken.yaml:1:8 schema/type: "nodes" must be an object, not a number']);
  });
});

describe('a test whose tape is not recorded yet', () => {
  it('fails alone, and is told as a warning', async () => {
    const { root } = await project({
      'actions/create.test.yaml': 'tests:\n  - {name: a, tape: none.tape.yaml}\n  - {name: b, skip: later}\n',
    });
    const membrane = await openMembrane({ cwd: root });
    const { diagnostics } = await membrane.validate();
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([['tape/missing', 'warning']]);
    const report = await runTests({ cwd: root });
    expect(report.results[0]?.failures[0]?.help).toBe('record it: membrane test create --record');
    expect(outcomes(report)).toEqual([
      {
        name: 'a',
        state: 'failed',
        failures: [
          {
            what: 'tape',
            code: 'tape/missing',
            message: 'there is no tape "actions/none.tape.yaml" yet',
            at: 'create.test.yaml:2:21',
          },
        ],
      },
      { name: 'b', state: 'skipped', reason: 'later' },
    ]);
  });
});

describe('tests are chosen', () => {
  const files = {
    'actions/create.test.yaml': 'tests: [{name: first, skip: x}, {name: second, skip: x}]\n',
    'actions/look.test.yaml': 'tests: [{name: third, skip: x}]\n',
  };
  const names = async (how: Partial<Parameters<typeof runTests>[0]>) => {
    const { root } = await project(files);
    const changed = how.changed?.map((file) => path.join(root, file));
    const { results } = await runTests({ cwd: root, ...how, ...(changed === undefined ? {} : { changed }) });
    return results.map(({ name }) => name);
  };

  it('by path, by key, by the path of their element, and by name', async () => {
    expect(await names({ select: ['actions/look.test.yaml'] })).toEqual(['third']);
    expect(await names({ select: ['actions/look.yaml'] })).toEqual(['third']);
    expect(await names({ select: ['actions'] })).toEqual(['first', 'second', 'third']);
    expect(await names({ select: ['create'] })).toEqual(['first', 'second']);
    expect(await names({ select: ['action/create'], only: 'sec' })).toEqual(['second']);
  });

  it('by what has changed: all, where something is shared', async () => {
    expect(await names({ changed: ['actions/look.yaml'] })).toEqual(['third']);
    expect(await names({ changed: ['connectors/crm/spec.yaml'] })).toEqual(['first', 'second', 'third']);
    expect(await names({ changed: ['actions/look.yaml'], select: ['create'] })).toEqual([]);
  });

  it('from those that are there', async () => {
    await expect(names({ select: ['craete'] })).rejects.toMatchObject({
      code: 'usage/argument',
      message: 'there is no test of "craete"',
      hint: 'did you mean "create"?',
    });
    await expect(names({ only: 'fourth' })).rejects.toMatchObject({
      code: 'usage/argument',
      message: 'no test has "fourth" in its name',
    });
  });
});
