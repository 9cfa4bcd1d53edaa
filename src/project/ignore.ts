import { isWholeFile, diagnostic, type Diagnostic } from '../core/diagnostic.js';
import { codeHint, isCode } from '../core/rules.js';
import { ignoreComments, type IgnoreComment } from './ignore-comments.js';
import { readSource } from './source.js';

/**
 * The findings without those that comments in the files ask to ignore, and what is wrong with those comments.
 * `files`: the files that may have such comments.
 */
export function withoutIgnored(diagnostics: readonly Diagnostic[], files: readonly string[]): Diagnostic[] {
  let left = [...diagnostics];
  const faults: Diagnostic[] = [];
  for (const file of files) {
    const source = readSource(file);
    if ('problem' in source) continue; // reading it reported that
    for (const comment of ignoreComments(source.text, file)) {
      const ignored = new Set<string>();
      left = left.filter((one) => {
        const matches = concerns(comment, one, file);
        if (matches) ignored.add(one.code);
        return !matches;
      });
      faults.push(...faultsOf(comment, ignored));
    }
  }
  return [...left, ...faults];
}

function concerns(comment: IgnoreComment, { code, span }: Diagnostic, file: string): boolean {
  if (!isIgnorable(code)) return false;
  if (span.file !== file || !comment.codes.some(({ name }) => name === code)) return false;
  return comment.opensFile && isWholeFile(span) ? true : span.line === comment.line;
}

/** What keeps a file from being read hides whatever else is wrong in it. */
function isIgnorable(code: string): boolean {
  return !/^(yaml|file)\//.test(code);
}

function faultsOf(comment: IgnoreComment, ignored: ReadonlySet<string>): Diagnostic[] {
  const faults: Diagnostic[] = [];
  if (comment.codes.length === 0) {
    const help = 'write "# membrane-ignore-next CODE: reason"';
    faults.push(diagnostic('ignore/unknown', 'the comment names no code to ignore', comment.span, { help }));
  } else if (comment.reason === undefined) {
    const help = 'say why after a colon: "# membrane-ignore-next CODE: reason"';
    faults.push(
      diagnostic('ignore/no-reason', 'the comment does not say why it ignores', comment.span, { help }),
    );
  }
  for (const { name, span } of comment.codes) {
    if (!isCode(name)) {
      faults.push(diagnostic('ignore/unknown', `no code "${name}"`, span, { help: codeHint(name) }));
    } else if (!ignored.has(name)) {
      const message = isIgnorable(name)
        ? `nothing in the next line has the code "${name}"`
        : `"${name}" cannot be ignored by a comment`;
      faults.push(diagnostic('ignore/unused', message, span, { help: 'remove it from the comment' }));
    }
  }
  return faults;
}
