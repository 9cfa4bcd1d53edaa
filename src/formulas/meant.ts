/** How many names a help names. */
const most = 8;

/**
 * The help for a name that is not there: the one that was meant, where there is exactly one near (a fixer may take
 * it), those that may have been meant, or all that there are.
 */
export function meant(near: readonly string[], names: readonly string[] = []): { help?: string } {
  const meant = near.slice(0, 3).map((name) => `"${name}"`);
  if (meant.length > 0) return { help: `did you mean ${meant.join(' or ')}?` };
  return names.length === 0 ? {} : { help: `there ${names.length > 1 ? 'are' : 'is'} ${listed(names)}` };
}

function listed(names: readonly string[]): string {
  const more = names.length > most ? ` and ${names.length - most} more` : '';
  return (
    names
      .slice(0, most)
      .map((name) => `"${name}"`)
      .join(', ') + more
  );
}
