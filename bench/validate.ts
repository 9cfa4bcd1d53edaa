import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnv, compare, root, timeProcess, type Figure } from './measure.js';

/** `validate` of generated projects against plain yaml and one compiled ajv over the same files. */
export async function benchValidate(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'membrane-bench-'));
  try {
    const small = generate(join(folder, 'small'), 1000);
    const large = generate(join(folder, 'large'), 10_000);
    const floor = join(root, 'dist/bench/yaml-ajv.mjs');
    writeFileSync(floor, yamlAndAjv);
    const validate = (project: string) =>
      timeProcess([join(root, 'bin/membrane.js'), 'validate'], { cwd: project });
    const cold = (project: string) => {
      rmSync(join(project, '.membrane'), { recursive: true, force: true });
      return validate(project);
    };
    const plain = () => timeProcess([floor, join(small, 'actions')]);
    const first = await compare(5, () => cold(small), plain);
    const second = await compare(5, () => validate(small), plain);
    const growth = await compare(
      1,
      () => cold(large),
      () => cold(small),
    );
    return [
      {
        name: 'validate 1,000 files, cold (floor: yaml + ajv)',
        ...first,
        ratio: first.value / first.floor,
        unit: 'ms',
        aim: '≤ 1.4',
      },
      {
        name: 'validate 1,000 files, warm (floor: yaml + ajv)',
        ...second,
        ratio: second.value / second.floor,
        unit: 'ms',
        aim: '≤ 0.35',
      },
      {
        name: 'validate 10,000 files (floor: 1,000 files)',
        ...growth,
        ratio: growth.value / growth.floor,
        unit: 'ms',
        aim: '≤ 10',
      },
      memory(large),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function memory(project: string): Figure {
  rmSync(join(project, '.membrane'), { recursive: true, force: true });
  const preload = join(root, 'dist/bench/peak.cjs');
  writeFileSync(
    preload,
    `process.on('exit', () => process.stderr.write('PEAK ' + process.resourceUsage().maxRSS));`,
  );
  const { stderr } = spawnSync(
    process.execPath,
    ['--require', preload, join(root, 'bin/membrane.js'), 'validate'],
    {
      cwd: project,
      env: cleanEnv(),
    },
  );
  const peak = Number(/PEAK (\d+)/.exec(stderr.toString())?.[1]) / 1024;
  return {
    name: 'validate 10,000 files, peak memory (floor: limit)',
    value: peak,
    floor: 400,
    ratio: peak / 400,
    unit: 'MB',
    aim: '≤ 1',
  };
}

/** A project of action files as people write them: thirty lines with a schema, a request and a mapping. */
function generate(project: string, count: number): string {
  mkdirSync(join(project, 'actions'), { recursive: true });
  writeFileSync(join(project, 'membrane.yaml'), 'name: generated\n');
  for (let i = 0; i < count; i += 1) writeFileSync(join(project, 'actions', `action-${i}.yaml`), action(i));
  return project;
}

function action(i: number): string {
  return `name: Create thing ${i}
description: Creates a thing of sort ${i} and gives its id back.
type: api-request-to-external-app
inputSchema:
  type: object
  required: [name]
  properties:
    name: { type: string, description: What it is called }
    email:
      type: string
      format: email
    amount:
      type: number
      minimum: 0
    tags:
      type: array
      items: { type: string }
config:
  request:
    path: /things/{sort}
    method: POST
    pathParameters:
      sort: ${i}
    data:
      name:
        $var: $.input.name
      mail:
        $firstNotEmpty:
          - $var: $.input.email
          - nobody@example.com
      label:
        $concat:
          values:
            - $var: $.input.name
            - thing-${i}
          delimiter: ' '
outputMapping:
  id:
    $var: $.output.id
`;
}

const yamlAndAjv = `import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { Ajv2020 } from 'ajv/dist/2020.js';
const validate = new Ajv2020({ allErrors: true }).compile({
  type: 'object', required: ['type'], additionalProperties: false,
  properties: {
    name: { type: 'string' }, description: { type: 'string' }, type: { enum: ['api-request-to-external-app'] },
    inputSchema: { type: 'object' }, outputMapping: { type: 'object' },
    config: { type: 'object', required: ['request'], properties: { request: { type: 'object', required: ['path'],
      properties: { path: { type: 'string' }, method: { enum: ['GET', 'POST'] }, pathParameters: { type: 'object' }, data: {} } } } },
  },
});
let wrong = 0;
for (const file of readdirSync(process.argv[2])) if (!validate(parse(readFileSync(join(process.argv[2], file), 'utf8')))) wrong += 1;
if (wrong > 0) throw new Error(wrong + ' files do not fit');
`;
