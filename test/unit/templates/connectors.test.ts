import { generateKeyPairSync } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { JsonObject } from '../../../src/core/json.js';
import { connectorTemplates, formatProject, newElement, openMembrane } from '../../../src/membrane.js';
import { testProject, type TestProject } from '../../support/project.js';
import { openRecorded, secretMark, take, type Step } from './recorded.js';

const templates = path.resolve(import.meta.dirname, '../../../templates/connectors');
const expectations = path.join(import.meta.dirname, 'connectors');
const names = readdirSync(templates).sort();

/** What `validate` and `fmt` have to say of the project. */
async function findings({ root }: TestProject) {
  const membrane = await openMembrane({ cwd: root });
  const { diagnostics } = await membrane.validate();
  await membrane.close();
  const { changed } = await formatProject({ cwd: root, check: true });
  const said = diagnostics.map(({ code, message, span }) => `${span.file}:${span.line} ${code} ${message}`);
  return { said, unformatted: changed };
}

const none = { said: [], unformatted: [] };

describe.each(names)('the connector %s', (name) => {
  it('is good as it lies there, and as it is written into a project', async () => {
    const copied = await testProject({ 'membrane.yaml': '' });
    cpSync(path.join(templates, name), copied.path(`connectors/${name}`), { recursive: true });
    expect(await findings(copied)).toEqual(none);

    const written = await testProject({ 'membrane.yaml': '' });
    await newElement({ cwd: written.root, kind: 'connector', key: 'my-app', from: name });
    expect(await findings(written)).toEqual(none);
    expect(await written.read('connectors/my-app/README.md')).not.toContain('{{');
  });

  it('sends what the API documents', async () => {
    const file = path.join(expectations, `${name}.yaml`);
    const text = readFileSync(file, 'utf8');
    const { integration, steps } = parse(text) as { integration: JsonObject; steps: Step[] };
    const recorded = await openRecorded(name, integration);
    const taken: Step[] = [];
    const problems: string[] = [];
    for (const step of steps) {
      const done = await take(recorded, name, withKey(step));
      taken.push(withoutKey({ ...step, ...done, ...(step.connect && { connect: step.connect }) }));
      if (recorded.wire.left() > 0) problems.push(`${recorded.wire.left()} answers are left`);
      if (JSON.stringify([done.gives, done.fails, done.visits]).includes(secretMark)) problems.push('a secret came out');
    }
    const readable = await recorded.readable();
    const secrets = [secretMark, ...recorded.wire.proofs()];
    if (secrets.some((secret) => readable.includes(secret))) problems.push('a secret can be read');
    expect(problems).toEqual([]);
    if (process.env['UPDATE'] === '1') {
      const style = { ...(await resolveConfig(file)), parser: 'yaml' };
      writeFileSync(file, await format(stringify({ integration, steps: taken }), style));
    } else expect(taken).toEqual(steps);
  });
});

/** A key that is made for the test stands in expectations by its name. */
const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

function withKey(step: Step): Step {
  return JSON.parse(JSON.stringify(step).replaceAll('"PRIVATE KEY"', JSON.stringify(privateKey))) as Step;
}

function withoutKey(step: Step): Step {
  const text = JSON.stringify(step);
  expect(text).not.toContain('BEGIN PRIVATE KEY');
  return JSON.parse(text) as Step;
}

it('every connector says what it is for, and that it is a starting point', async () => {
  const listed = await connectorTemplates();
  expect(listed.map(({ name }) => name)).toEqual(names);
  expect(listed.filter(({ summary }) => !/^[A-Z].*\.$/.test(summary))).toEqual([]);
  for (const name of names) {
    const readme = readFileSync(path.join(templates, name, 'README.md'), 'utf8').replaceAll(/\s+/g, ' ');
    expect(readme).toMatch(/not tested against|Nothing of it was tested/);
  }
});
