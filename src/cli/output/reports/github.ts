import { isWholeFile, type Diagnostic } from '../../../core/diagnostic.js';
import { reportPath, type Report } from './report.js';

const commands = { error: 'error', warning: 'warning', info: 'notice' } as const;

/** Workflow commands, one a line, that GitHub shows as annotations in the files of a pull request. */
export function renderGithub({ diagnostics, base }: Report): string {
  return diagnostics.map((one) => renderCommand(one, base)).join('\n');
}

function renderCommand({ code, severity, message, help, span, related }: Diagnostic, base: string): string {
  const { line, column, endLine, endColumn } = span;
  const place = isWholeFile(span) ? {} : { line, col: column, endLine, endColumn };
  const properties = Object.entries({ file: reportPath(span.file, base), ...place, title: code })
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
    .join(',');
  const elsewhere = related.map(
    (other) => `${other.message}: ${reportPath(other.file, base)}:${other.line}:${other.column}`,
  );
  const text = [message, ...elsewhere, ...(help === undefined ? [] : [`help: ${help}`])].join('\n');
  return `::${commands[severity]} ${properties}::${escapeData(text)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
