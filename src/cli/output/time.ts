const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** A time seen from now: `3 h ago`, `in 2 d`, `just now`; whole units, rounded down. Milliseconds since 1970. */
export function relativeTime(time: number, now: number): string {
  const distance = Math.abs(now - time);
  const unit = units.find(([, ms]) => distance >= ms);
  if (unit === undefined) return time > now ? 'in a moment' : 'just now';
  const amount = `${Math.floor(distance / unit[1])} ${unit[0]}`;
  return time > now ? `in ${amount}` : `${amount} ago`;
}

/** The same with the time itself: `2030-01-01T00:00:00.000Z (3 h ago)`. */
export function fullTime(time: number, now: number): string {
  return `${new Date(time).toISOString()} (${relativeTime(time, now)})`;
}

/** `09:14:02`, in UTC. */
export function timeOfDay(time: number): string {
  return new Date(time).toISOString().slice(11, 19);
}
