import { Chalk } from 'chalk';
import { expect, it } from 'vitest';
import { nodeRunText } from '../../../../src/cli/node-run-text.js';
import type { NodeRunFacts } from '../../../../src/membrane.js';
import { renderFacts } from '../../../../src/cli/output/facts.js';

const style = { color: new Chalk({ level: 0 }) };
const time = Date.UTC(2030, 0, 1);

it('values stand beside their names, what is long below them, times as dates', () => {
  const facts = {
    state: 'done',
    gone: undefined,
    nothing: null,
    tryAt: time,
    attempts: 2,
    output: '1',
    short: { a: [1, 2] },
    long: { text: 'x'.repeat(60) },
    lines: 'one\ntwo\u001B[31m',
  };
  expect(renderFacts(facts, style)).toBe(`state     done
nothing   null
tryAt     2030-01-01T00:00:00.000Z
attempts  2
output    "1"
short     {"a":[1,2]}
long
  {
    "text": "${'x'.repeat(60)}"
  }
lines
  one
  two\uFFFD[31m`);
});

it('a node run is what it got and gave, what went wrong, and its requests', () => {
  const run = {
    id: 'start:0/ask:0.0',
    node: 'ask',
    state: 'failed',
    time,
    ms: 12,
    error: {
      message: 'the API answered 401 to "GET /me"',
      code: 'http/status',
      place: { file: 'flows/ask.yaml', line: 14, column: 7 },
      hint: 'connect again',
    },
    requests: 1,
    facts: { handled: true, follow: [[0]] },
  } satisfies NodeRunFacts;
  const requests = [
    { id: 'r', type: 'request', tenant: 't', time, about: 'GET https://api.example/me 401', data: { ms: 9 } },
  ];
  expect(nodeRunText(run, { input: { n: 1 }, requests }, style)).toBe(`node run  start:0/ask:0.0
node      ask
state     failed (and taken care of)
time      2030-01-01T00:00:00.000Z
took      12 ms
input     {"n":1}
error     the API answered 401 to "GET /me" (http/status)
at        flows/ask.yaml:14:7
hint      connect again
requests  GET https://api.example/me 401 (9 ms)`);
});
