import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from './support/cli.js';
import { runScenario } from './support/scenario.js';

const folder = path.join(repository, 'test/scenarios');

describe('scenarios', () => {
  for (const name of readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .sort()) {
    it(name.slice(0, -'.md'.length), async () => {
      const file = path.join(folder, name);
      const page = readFileSync(file, 'utf8');
      const result = await runScenario(page);
      expect(result).not.toContain('This is a fault in membrane'); // and is never written down as expected
      if (process.env['UPDATE'] === '1') writeFileSync(file, result);
      else expect(result).toBe(page);
    });
  }
});
