import { expect, it } from 'vitest';
import { inputsText, problemsOf } from '../../../src/cli/flow-result.js';
import type { FlowRunDetails, NodeRunFacts } from '../../../src/membrane.js';

const failed = (id: string, facts: NodeRunFacts['facts']): NodeRunFacts => ({
  id,
  node: 'get',
  state: 'failed',
  time: 0,
  ms: 1,
  error: { code: 'http/status', message: 'the API answered 404' },
  requests: 1,
  facts,
});

it('a failure that the flow takes care of is a warning, and counted by itself', () => {
  const failures = [
    failed('start:0/get:0.0', { handled: true }),
    failed('start:1/get:0.0', { handled: true }),
    failed('start:2/get:0.0', {}),
  ];
  const run = { id: 'r1', failures, error: undefined } as unknown as FlowRunDetails;
  const problems = problemsOf({ root: '/project' }, run);
  expect(problems.map(({ severity, message, help }) => [severity, message, help])).toEqual([
    [
      'warning',
      'node "get": the API answered 404 (and 1 more like it)',
      "all of it: membrane flow-run show r1 'start:0/get:0.0'",
    ],
    ['error', 'node "get": the API answered 404', "all of it: membrane flow-run show r1 'start:2/get:0.0'"],
  ]);
});

it('how far a run has come is said as far as it is known', () => {
  const run = { inputs: 6, begun: 4 };
  expect(inputsText({ ...run, state: 'running', finished: 3 })).toBe('3 of 6 inputs are through');
  expect(inputsText({ ...run, state: 'running', finished: undefined })).toBe('4 of 6 inputs have begun');
  expect(inputsText({ ...run, state: 'completed', finished: 6 })).toBe('');
  expect(inputsText({ state: 'running', inputs: 1, begun: 1, finished: undefined })).toBe('');
});
