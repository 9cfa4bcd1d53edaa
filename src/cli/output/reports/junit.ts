import type { Diagnostic } from '../../../core/diagnostic.js';
import { reportPath, type Report } from './report.js';

/**
 * JUnit XML: a suite for each file with findings, a case for each finding. What does not make `validate` fail is
 * a skipped case, so that a report is red exactly when the command is. Without findings one case has passed.
 */
export function renderJunit({ diagnostics, base, warningsFail }: Report): string {
  const isFailure = ({ severity }: Diagnostic) =>
    severity === 'error' || (warningsFail && severity === 'warning');
  const counts = (some: readonly Diagnostic[]) => {
    const failures = some.filter(isFailure).length;
    return { tests: some.length, failures, errors: 0, skipped: some.length - failures };
  };
  const files = [...new Set(diagnostics.map(({ span }) => span.file))];
  const suites = files.map((name) => {
    const own = diagnostics.filter(({ span }) => span.file === name);
    const file = reportPath(name, base);
    const cases = own.map((one) => renderCase(one, file, isFailure(one)));
    return element('testsuite', { name: file, ...counts(own) }, cases);
  });
  const name = 'membrane validate';
  const facts = diagnostics.length === 0 ? { ...counts([]), tests: 1 } : counts(diagnostics);
  if (suites.length === 0) {
    const passed = element('testcase', { name: 'no findings', classname: name });
    suites.push(element('testsuite', { name, ...facts }, [passed]));
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', { name, ...facts }, suites)}`;
}

function renderCase(one: Diagnostic, file: string, isFailure: boolean): string {
  const { code, severity, message, help, span } = one;
  const attributes = {
    name: `${code} at ${span.line}:${span.column}`,
    classname: file,
    file,
    line: span.line,
  };
  const text = `${file}:${span.line}:${span.column}: ${message}${help === undefined ? '' : `\nhelp: ${help}`}`;
  const result = isFailure
    ? element('failure', { message, type: code }, escapeXml(text))
    : element('skipped', { message: `${severity}: ${message}` });
  return element('testcase', attributes, [result]);
}

/** An element with a text, or with other elements, each on lines of its own. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content: string | readonly string[] = [],
): string {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`);
  const open = `<${name}${given.join('')}`;
  if (content.length === 0) return `${open}/>`;
  const inside = typeof content === 'string' ? content : `\n${content.join('\n').replace(/^/gm, '  ')}\n`;
  return `${open}>${inside}</${name}>`;
}

/** XML has no form at all for most control characters and for halves of a character: they are left out. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[\t\n\r]/g, (space) => `&#${space.charCodeAt(0)};`);
}
