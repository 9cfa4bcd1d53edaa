import type { DataLink } from '../../../membrane.js';
import type { Style } from '../../output/style.js';
import { renderTable } from '../../output/table.js';

/** Links as people read them. */
export function renderLinks(links: readonly DataLink[], style: Style): string | Promise<string> {
  if (links.length === 0) return '';
  const rows = links.map(({ appRecordId, externalRecordId, direction, createdAt }) => [
    appRecordId,
    externalRecordId,
    direction,
    new Date(createdAt).toISOString(),
  ]);
  return renderTable(['app record', 'external record', 'direction', 'made'], rows, style);
}
