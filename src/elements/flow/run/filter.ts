/** Whether a filter as it is written lets everything pass. */
export function isOpen(written: unknown): boolean {
  return written === undefined || written === null || written === true;
}

/** Whether something passes a filter, by what the filter resolved to: only what is true is. */
export function matches(resolved: unknown): boolean {
  return resolved === true;
}
