import { expect, it } from 'vitest';
import { failure, world } from './world.js';

it('of inputs of which one is wrong nothing is left', async () => {
  const { membrane, ports } = await world({
    'flows/f.yaml': `nodes:
  start: {type: api-trigger, inputSchema: {type: object, required: [n]}, links: [{key: end}]}
  end: {type: transform-data, config: {output: 1}}
`,
  });
  const inputs = Array.from({ length: 250 }, (_, n) => (n === 240 ? {} : { n }));
  expect(await failure(membrane.flows.run('f', { inputs }))).toEqual({
    code: 'input/invalid',
    message: 'input 241 does not fit its schema: "n" is missing',
    hint: 'see what "start" takes: membrane flow show f',
  });
  expect(await membrane.flows.runs.list()).toEqual([]);
  expect(await (await ports.store()).drawer('flow-input').count({})).toBe(0);
});
