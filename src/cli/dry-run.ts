import type { DryWrite } from '../membrane.js';
import type { Option } from './command.js';
import type { Style } from './output/style.js';
import { printable } from './output/text.js';

export const dryRunOption: Option = {
  flags: '--dry-run',
  summary: 'read, and show what would be changed: nothing is sent, nothing is stored',
};

/** What would have been changed, in order; who did it, where nodes did. */
export function renderWrites(writes: readonly DryWrite[], { color }: Pick<Style, 'color'>): string {
  if (writes.length === 0) return 'nothing would be changed';
  const wide = Math.max(...writes.map(({ node = '' }) => node.length));
  const lines = writes.flatMap((write) => {
    const { node = '' } = write;
    const before = wide === 0 ? '' : `${node.padEnd(wide)}  `;
    const more = write.does === 'request' ? bodyOf(write.body) : undefined;
    return [
      `  ${before}${printable(said(write))}`,
      ...(more === undefined ? [] : [color.dim(`  ${' '.repeat(before.length)}${printable(more)}`)]),
    ];
  });
  return ['would be changed, in this order:', ...lines].join('\n');
}

function said(write: DryWrite): string {
  if (write.does === 'request') return `${write.method} ${write.url}`;
  const { does, table, appRecordId = '*', externalRecordId = '*', direction = 'both' } = write;
  const link = `${String(appRecordId)} ↔ ${String(externalRecordId)} (${String(direction)}) in ${table}`;
  return does === 'link'
    ? `link ${link}`
    : `remove ${write.links === 1 ? '1 link' : `${write.links} links`}: ${link}`;
}

function bodyOf(body: unknown): string | undefined {
  if (body === undefined) return undefined;
  return typeof body === 'string' ? body : JSON.stringify(body);
}
