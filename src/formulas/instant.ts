const iso =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9})\d*)?)?\s?([Zz]|[+-]\d\d(?::?\d\d)?)?)?)?)?$/;
const named = /^[A-Za-z]{3,9},? .*\d{4}|^\d{1,2} [A-Za-z]{3,9}\.?,? \d{4}/;
const zoned = /(?:GMT|UTC?|Z|[+-]\d{4})\s*(?:\([^)]*\))?$/i;

/**
 * Milliseconds since 1970 of an ISO 8601 date or date and time (RFC 3339 too); undefined for everything else.
 * Without an offset it is UTC, wherever the program runs. A day that does not exist is no date.
 */
export function isoInstant(text: string): number | undefined {
  const match = text.length > 40 ? null : iso.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((digits: string | undefined) => (digits === undefined ? undefined : Number(digits)));
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  date.setUTCHours(hour, minute, second);
  return date.getTime() + Number(`0.${match[7] ?? '0'}`) * 1000 - offset(match[8]);
}

/** The same, and the dates of mails and HTTP too: `Sat, 03 Feb 2024 04:05:06 GMT`, `3 Feb 2024`. */
export function instant(text: string): number | undefined {
  const exact = isoInstant(text.trim());
  if (exact !== undefined) return exact;
  const trimmed = text.trim();
  if (trimmed.length > 60 || !named.test(trimmed)) return undefined;
  const time = Date.parse(zoned.test(trimmed) ? trimmed : `${trimmed} UTC`);
  return Number.isNaN(time) ? undefined : time;
}

/** Milliseconds that a local time is ahead of UTC. */
function offset(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', '') || '0');
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
