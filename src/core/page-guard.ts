import { MembraneError } from './error.js';
import type { PageGuard, PageLimits } from './pagination.js';

export interface PageGuardOptions {
  readonly limits: PageLimits;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** What a mark is called, for messages: `cursor`. */
  readonly mark: string;
  /** What to do about a list without an end. */
  readonly hint: string;
}

/** Ends a list that gives a mark or a page twice, has too many pages, or takes too long: it would never end. */
export function pageGuard({ limits, now, mark, hint }: PageGuardOptions): PageGuard {
  const deadline = now() + limits.ms;
  const seen = new Set<string>();
  let before: string | undefined;
  const endless = (message: string) =>
    new MembraneError('http/pagination', message, { hint, class: 'configuration' });
  return {
    ask(asked) {
      if (seen.size >= limits.pages) throw endless(`the list has more than ${limits.pages} pages`);
      if (now() > deadline) throw endless(`the list took longer than ${limits.ms / 1000} s`);
      if (seen.has(asked)) throw endless(`the API gave the same ${mark} twice`);
      seen.add(asked);
    },
    came(content) {
      if (content !== undefined && content === before) throw endless('the API gave the same page twice');
      before = content;
    },
  };
}
