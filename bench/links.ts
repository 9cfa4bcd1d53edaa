import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, type Figure } from './measure.js';

const count = 100_000;
const aimMs = 0.2;

/** A hundred thousand links, made one by one and at once, and found from both ends, against what is aimed at. */
export async function benchLinks(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'membrane-bench-'));
  try {
    return await measure(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string): Promise<Figure[]> {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const { openMembrane } = (await import(
    join(root, 'dist/lib/membrane.js')
  )) as typeof import('../src/membrane.js');
  const env = { MEMBRANE_SECRETS: 'env', MEMBRANE_SECRET_CRM_APIKEY: 'demo-key' };
  const membrane = await openMembrane({ cwd: folder, env });
  const { links } = membrane;
  const how = { connection: 'crm' };
  const create = await each(async (id) => {
    await links.create('people', { appRecordId: id, externalRecordId: `x${id}`, direction: 'export' }, how);
  });
  const find = await each(async (id) => {
    const link = await links.find(
      'people',
      id % 2 === 0 ? { appRecordId: id } : { externalRecordId: `x${id}` },
      how,
    );
    if (link?.appRecordId !== String(id)) throw new Error(`link ${id} was not found`);
  });
  const importAll = await once(async () => {
    const { imported } = await links.import('people', newLinks(), how);
    if (imported !== count) throw new Error(`${imported} links were imported`);
  });
  await membrane.close();
  return [
    figure('link made, of 100,000 one by one', create),
    figure('link found, among 100,000', find),
    figure('link imported, of 100,000', importAll),
  ];
}

async function* newLinks(): AsyncGenerator<object> {
  for (let id = count; id < 2 * count; id += 1) {
    yield { appRecordId: id, externalRecordId: `x${id}`, direction: 'export' };
  }
}

/** Milliseconds for one of so many. */
async function each(work: (id: number) => Promise<void>): Promise<number> {
  return once(async () => {
    // scattered, as ids are that come from somewhere
    for (let i = 0; i < count; i += 1) await work((i * 7_919) % count);
  });
}

async function once(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / count;
}

function figure(name: string, value: number): Figure {
  return {
    name: `${name} (floor: the aim)`,
    value,
    floor: aimMs,
    ratio: value / aimMs,
    unit: 'ms',
    aim: '≤ 1',
  };
}

const files = {
  'membrane.yaml': '',
  'data-link-tables/people.yaml': 'name: People\n',
  'connectors/crm/spec.yaml': `auth:
  type: client-credentials
  inputSchema: {type: object, properties: {apiKey: {type: string}}}
  makeApiClient: {type: mapping, mapping: {baseUri: 'http://127.0.0.1:1'}}
`,
};
