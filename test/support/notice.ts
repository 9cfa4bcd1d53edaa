import type { Severity } from '../../src/core/codes.js';

/** What a fixture says about itself: on this line, this problem. */
export interface Notice {
  /** From 1. */
  readonly line: number;
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
}

const notice = /#\s*(ERROR|WARNING|INFO)\s+([a-z-]+\/[a-z-]+):\s+(.+?)\s*$/;

/**
 * The notices in the comments of a file: `# ERROR code: message` at the end of the line that is wrong. On a
 * line of its own it speaks of the next line that is no such comment, so that a line can have several.
 */
export function parseNotices(text: string): Notice[] {
  const notices: Notice[] = [];
  const lines = text.split('\n');
  lines.forEach((line, index) => {
    const match = notice.exec(line);
    if (match === null) return;
    const [, severity = '', code = '', message = ''] = match;
    let target = index;
    while (/^\s*#/.test(lines[target] ?? '') && notice.test(lines[target] ?? '')) target += 1;
    notices.push({ line: target + 1, severity: severity.toLowerCase() as Severity, code, message });
  });
  return notices;
}
