import { mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { renderReports, reportBase, type ReportFormat } from '../../../../src/cli/output/report.js';
import { openSources } from '../../../../src/cli/output/sources.js';
import { diagnostic, fileSpan, type Diagnostic } from '../../../../src/core/diagnostic.js';
import { sarifSchema } from './sarif-schema.js';

const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'membrane-reports-')));
const file = path.join(base, 'actions/a b.yaml');
const span = { file, line: 3, column: 5, endLine: 3, endColumn: 10 };

const misspelt: Diagnostic = {
  ...diagnostic('schema/unknown-field', 'unknown field "metod"', span, {
    help: 'did you mean "method"?',
    ref: 'action/a b',
  }),
  fix: { title: 'write "method" for "metod"', edits: [{ span, was: 'metod', text: 'method' }] },
};
const twice = diagnostic('element/duplicate', 'action "a" is defined twice', fileSpan(file), {
  related: [{ ...fileSpan(path.join(base, 'b.yaml')), message: 'first defined here' }],
});
const odd = diagnostic('formula/plain', '100%, <b> & "c":\u0007\uD800\nnext', {
  ...span,
  line: 4,
  endLine: 5,
});
const older = diagnostic('element/deprecated', 'an older name', fileSpan(path.join(base, 'data')), {
  severity: 'info',
});
const all = [twice, misspelt, odd, older];

function render(format: ReportFormat, diagnostics = all, more: { warningsFail?: boolean } = {}) {
  return renderReports(format, { diagnostics, base, sources: openSources(), warningsFail: false, ...more });
}

describe('github', () => {
  it('writes workflow commands, with what would end them escaped', async () => {
    expect(await render('github')).toBe(
      [
        '::error file=actions/a b.yaml,title=element/duplicate::action "a" is defined twice%0Afirst defined here: b.yaml:1:1',
        '::error file=actions/a b.yaml,line=3,col=5,endLine=3,endColumn=10,title=schema/unknown-field::unknown field "metod"%0Ahelp: did you mean "method"?',
        '::warning file=actions/a b.yaml,line=4,col=5,endLine=5,endColumn=10,title=formula/plain::100%25, <b> & "c":\u0007\uD800%0Anext',
        '::notice file=data,title=element/deprecated::an older name',
      ].join('\n'),
    );
  });

  it('escapes names of files', async () => {
    const one = diagnostic('yaml/tag', 'no', fileSpan(path.join(base, 'a:b,c%.yaml')));
    expect(await render('github', [one])).toBe('::error file=a%3Ab%2Cc%25.yaml,title=yaml/tag::no');
  });

  it('says nothing where nothing was found', async () => {
    expect(await render('github', [])).toBe('');
  });
});

describe('junit', () => {
  it('has a suite for each file and a case for each finding, and no character that XML forbids', async () => {
    expect(await render('junit')).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="membrane validate" tests="4" failures="2" errors="0" skipped="2">
  <testsuite name="actions/a b.yaml" tests="3" failures="2" errors="0" skipped="1">
    <testcase name="element/duplicate at 1:1" classname="actions/a b.yaml" file="actions/a b.yaml" line="1">
      <failure message="action &quot;a&quot; is defined twice" type="element/duplicate">actions/a b.yaml:1:1: action &quot;a&quot; is defined twice</failure>
    </testcase>
    <testcase name="schema/unknown-field at 3:5" classname="actions/a b.yaml" file="actions/a b.yaml" line="3">
      <failure message="unknown field &quot;metod&quot;" type="schema/unknown-field">actions/a b.yaml:3:5: unknown field &quot;metod&quot;&#10;help: did you mean &quot;method&quot;?</failure>
    </testcase>
    <testcase name="formula/plain at 4:5" classname="actions/a b.yaml" file="actions/a b.yaml" line="4">
      <skipped message="warning: 100%, &lt;b&gt; &amp; &quot;c&quot;:&#10;next"/>
    </testcase>
  </testsuite>
  <testsuite name="data" tests="1" failures="0" errors="0" skipped="1">
    <testcase name="element/deprecated at 1:1" classname="data" file="data" line="1">
      <skipped message="info: an older name"/>
    </testcase>
  </testsuite>
</testsuites>`);
  });

  it('has warnings fail where they make the command fail', async () => {
    const text = await render('junit', [odd, older], { warningsFail: true });
    expect(/<testsuites [^>]*>/.exec(text)?.[0]).toBe(
      '<testsuites name="membrane validate" tests="2" failures="1" errors="0" skipped="1">',
    );
  });

  it('has one case that passed where nothing was found', async () => {
    expect(await render('junit', [])).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="membrane validate" tests="1" failures="0" errors="0" skipped="0">
  <testsuite name="membrane validate" tests="1" failures="0" errors="0" skipped="0">
    <testcase name="no findings" classname="membrane validate"/>
  </testsuite>
</testsuites>`);
  });
});

describe('sarif', () => {
  const validate = new Ajv({ strict: false, allErrors: true }).compile(sarifSchema);

  it('fits its schema', async () => {
    for (const some of [all, []]) {
      expect([validate(JSON.parse(await render('sarif', some))), validate.errors]).toEqual([true, null]);
    }
    expect(validate({ version: '2.1.0', runs: [{}] })).toBe(false);
  });

  it('has a rule for each code, and results that point to it', async () => {
    const { runs } = JSON.parse(await render('sarif', [twice, misspelt])) as { runs: [SarifRun] };
    const [{ tool, results }] = runs;
    expect(tool.driver.rules.map(({ id, defaultConfiguration }) => [id, defaultConfiguration.level])).toEqual(
      [
        ['element/duplicate', 'error'],
        ['schema/unknown-field', 'error'],
      ],
    );
    const place = { uri: 'actions/a%20b.yaml', uriBaseId: '%SRCROOT%' };
    const region = { startLine: 3, startColumn: 5, endLine: 3, endColumn: 10 };
    const partialFingerprints = { primaryLocationLineHash: expect.any(String) as string };
    expect(results).toEqual([
      {
        ruleId: 'element/duplicate',
        ruleIndex: 0,
        partialFingerprints,
        level: 'error',
        message: { text: 'action "a" is defined twice' },
        locations: [{ physicalLocation: { artifactLocation: place } }],
        relatedLocations: [
          {
            id: 0,
            physicalLocation: { artifactLocation: { uri: 'b.yaml', uriBaseId: '%SRCROOT%' } },
            message: { text: 'first defined here' },
          },
        ],
      },
      {
        ruleId: 'schema/unknown-field',
        ruleIndex: 1,
        partialFingerprints,
        level: 'error',
        message: { text: 'unknown field "metod" (did you mean "method"?)' },
        locations: [
          {
            physicalLocation: { artifactLocation: place, region },
            logicalLocations: [{ fullyQualifiedName: 'action/a b' }],
          },
        ],
        fixes: [
          {
            description: { text: 'write "method" for "metod"' },
            artifactChanges: [
              {
                artifactLocation: place,
                replacements: [{ deletedRegion: region, insertedContent: { text: 'method' } }],
              },
            ],
          },
        ],
      },
    ]);
  });

  it('has fingerprints that stay when lines are added above, and differ for equal findings', async () => {
    const source = path.join(base, 'moved.yaml');
    const at = (line: number) =>
      diagnostic('formula/plain', 'no formula', {
        file: source,
        line,
        column: 1,
        endLine: line,
        endColumn: 2,
      });
    const prints = async (text: string, ...lines: number[]) => {
      writeFileSync(source, text);
      const { runs } = JSON.parse(await render('sarif', lines.map(at))) as { runs: [SarifRun] };
      return runs[0].results.map((result) => result.partialFingerprints.primaryLocationLineHash);
    };
    const [before = ''] = await prints('$top: 1\n', 1);
    expect(await prints('# new\n\n  $top: 1\n', 3)).toEqual([before]);
    expect(await prints('$top: 1\n$top: 1\n', 1, 2)).toEqual([before, before.replace(/1$/, '2')]);
    expect(await prints('$top: 2\n', 1)).not.toEqual([before]);
  });
});

interface SarifRun {
  tool: { driver: { rules: { id: string; defaultConfiguration: { level: string } }[] } };
  results: { partialFingerprints: { primaryLocationLineHash: string } }[];
}

describe('paths of reports', () => {
  it('start at the repository where CI names it and the command runs in it', () => {
    const cwd = '/repo/integrations';
    expect([
      reportBase({ cwd, env: {} }),
      reportBase({ cwd, env: { GITHUB_WORKSPACE: '/repo' } }),
      reportBase({ cwd, env: { GITHUB_WORKSPACE: '/rep' } }),
    ]).toEqual([cwd, '/repo', cwd]);
  });
});
