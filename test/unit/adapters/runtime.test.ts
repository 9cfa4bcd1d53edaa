import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { neededNode } from '../../../src/adapters/runtime.js';
import { repository } from '../../support/cli.js';

it('the first version of Node.js that will do is the one of package.json', () => {
  const { engines } = JSON.parse(readFileSync(`${repository}/package.json`, 'utf8')) as {
    engines: { node: string };
  };
  expect(engines.node).toBe(`>=${neededNode}`);
});
