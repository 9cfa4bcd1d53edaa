import { createHash } from 'node:crypto';
import { codes, type Code } from '../../../core/codes.js';
import { isWholeFile, type Diagnostic, type Span } from '../../../core/diagnostic.js';
import { explanationOf } from '../../explanations/index.js';
import { explainInMarkdown, explainInText } from '../../explanations/render.js';
import { version } from '../../version.js';
import { reportPath, type Report } from './report.js';
import type { Sources } from '../sources.js';

const levels = { error: 'error', warning: 'warning', info: 'note' } as const;

/** SARIF 2.1.0, as code scanning of GitHub and others take it. */
export async function renderSarif(report: Report): Promise<string> {
  const { diagnostics, base, sources } = report;
  const names = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const fingerprint = fingerprints(sources, base);
  const run = {
    tool: {
      driver: { name: 'membrane', semanticVersion: version, rules: await Promise.all(names.map(ruleOf)) },
    },
    originalUriBaseIds: {
      '%SRCROOT%': { description: { text: 'The root of the repository, or the folder of the command.' } },
    },
    columnKind: 'utf16CodeUnits',
    results: diagnostics.map((one) => ({
      ...resultOf(one, names.indexOf(one.code), base),
      partialFingerprints: { primaryLocationLineHash: fingerprint(one) },
    })),
  };
  const $schema = 'https://json.schemastore.org/sarif-2.1.0.json';
  return JSON.stringify({ $schema, version: '2.1.0', runs: [run] }, null, 2);
}

async function ruleOf(code: Code): Promise<object> {
  const { severity, summary } = codes[code];
  const explanation = await explanationOf(code);
  return {
    id: code,
    shortDescription: { text: summary },
    fullDescription: { text: explanation?.means ?? summary },
    help: {
      text: explainInText(code, explanation),
      markdown: explainInMarkdown(code, explanation),
    },
    defaultConfiguration: { level: levels[severity] },
  };
}

function resultOf(one: Diagnostic, ruleIndex: number, base: string): object {
  const { code, severity, message, help, ref, span, related } = one;
  const logical = ref === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: ref }] };
  const relatedLocations = related.map((other, id) => ({
    id,
    ...placeOf(other, base),
    message: { text: other.message },
  }));
  return {
    ruleId: code,
    ruleIndex,
    level: levels[severity],
    message: { text: help === undefined ? message : `${message} (${help})` },
    locations: [{ ...placeOf(span, base), ...logical }],
    ...(relatedLocations.length === 0 ? {} : { relatedLocations }),
    ...fixesOf(one, base),
  };
}

function placeOf(span: Span, base: string): object {
  const region = isWholeFile(span) ? {} : { region: regionOf(span) };
  return { physicalLocation: { artifactLocation: artifact(span.file, base), ...region } };
}

function regionOf({ line, column, endLine, endColumn }: Span): object {
  return { startLine: line, startColumn: column, endLine, endColumn };
}

function artifact(file: string, base: string): object {
  const uri = reportPath(file, base).split('/').map(encodeURIComponent).join('/');
  return { uri, uriBaseId: '%SRCROOT%' };
}

/** Renames of folders cannot be said in SARIF. */
function fixesOf({ fix, span }: Diagnostic, base: string): object {
  if (fix === undefined || 'rename' in fix) return {};
  const replacements = fix.edits.map((edit) => ({
    deletedRegion: regionOf(edit.span),
    insertedContent: { text: edit.text },
  }));
  const change = { artifactLocation: artifact(span.file, base), replacements };
  return { fixes: [{ description: { text: fix.title }, artifactChanges: [change] }] };
}

/**
 * Names a finding by what it says and the text of its line, not by the number of the line: it is the same finding
 * after lines were added above. Equal ones are counted.
 */
function fingerprints(sources: Sources, base: string): (one: Diagnostic) => string {
  const seen = new Map<string, number>();
  return ({ code, message, ref = '', span }) => {
    const line = sources.line(span.file, span.line)?.trim() ?? '';
    const facts = [code, reportPath(span.file, base), ref, message, line];
    const hash = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32);
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    return `${hash}:${count}`;
  };
}
