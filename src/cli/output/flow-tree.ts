import type { NodeCounts, WalkGraph } from '../../membrane.js';
import type { Style } from './style.js';

export type Counts = Readonly<Record<string, NodeCounts>>;

/**
 * A flow as a tree: each node below the one that leads to it. A node that several lead to stands where it comes first,
 * and is named again at the others. `extra`: what else is to be said of a node.
 */
export function renderFlowTree(
  { nodes }: WalkGraph,
  counts: Counts | undefined,
  { color }: Pick<Style, 'color'>,
  extra: (key: string) => string = () => '',
): string {
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const shown = new Set<string>();
  const rows: { readonly label: string; readonly type: string; readonly said: string }[] = [];

  function add(key: string, before: string, branch: string, mark: string): void {
    const node = byKey.get(key);
    const again = shown.has(key);
    shown.add(key);
    const of = counts !== undefined && Object.hasOwn(counts, key) ? counts[key] : undefined;
    const isRed = of !== undefined && of.erroredRuns + of.interrupted > 0;
    const name = isRed ? color.red(key) : key;
    const said = [counts === undefined || again ? '' : countsText(of, color), again ? '' : extra(key)];
    rows.push({
      label: `${before}${branch}${mark}${again ? `→ ${name}` : name}`,
      type: again || node === undefined ? '' : node.type,
      said: said.filter((part) => part !== '').join('  '),
    });
    if (node === undefined || again) return;
    const inner = before + (branch === '' ? '' : branch.startsWith('└') ? '   ' : '│  ');
    const below = [
      ...(node.root === undefined ? [] : [{ to: node.root, mark: '∀ ' }]),
      ...node.links.map((link) => ({ to: link.to, mark: markOf(link) })),
    ];
    below.forEach((link, index) =>
      add(link.to, inner, index === below.length - 1 ? '└─ ' : '├─ ', link.mark),
    );
  }

  for (const { key, start } of nodes) if (start) add(key, '', '', '');
  for (const { key } of nodes) if (!shown.has(key)) add(key, '', '', '');
  const wide = Math.max(...rows.map(({ label }) => plainLength(label)), 0);
  const typed = Math.max(...rows.map(({ type }) => type.length), 0);
  return rows
    .map(({ label, type, said }) => {
      const padded = label + ' '.repeat(wide - plainLength(label));
      return `${padded}  ${color.dim(type.padEnd(typed))}  ${said}`.trimEnd();
    })
    .join('\n');
}

/** `3 runs, 1 failed` */
export function countsText(
  of: NodeCounts | undefined,
  color: Record<'dim' | 'red', (text: string) => string>,
): string {
  if (of === undefined) return color.dim('not run');
  const { runs, erroredRuns, skipped, interrupted } = of;
  return [
    `${runs.toLocaleString('en')} ${runs === 1 ? 'run' : 'runs'}`,
    ...(skipped === 0 ? [] : [`${skipped.toLocaleString('en')} skipped`]),
    ...(erroredRuns === 0 ? [] : [color.red(`${erroredRuns.toLocaleString('en')} failed`)]),
    ...(interrupted === 0 ? [] : [color.red(`${interrupted.toLocaleString('en')} interrupted`)]),
  ].join(', ');
}

const uncoloured = { dim: (text: string) => text, red: (text: string) => text };

/** A flow in the language of Mermaid, for documents and web pages. */
export function renderMermaid({ nodes }: WalkGraph, counts: Counts | undefined): string {
  const ids = new Map(nodes.map(({ key }, index) => [key, `n${index}`]));
  const lines = ['flowchart TD'];
  for (const { key, type, start } of nodes) {
    const of = counts !== undefined && Object.hasOwn(counts, key) ? counts[key] : undefined;
    const told = of === undefined ? '' : `<br>${countsText(of, uncoloured)}`;
    const text = `"${escape(key)}<br>${escape(type)}${told}"`;
    lines.push(`  ${ids.get(key)}${start ? `([${text}])` : `[${text}]`}`);
  }
  for (const { key, links, root } of nodes) {
    const from = ids.get(key);
    if (root !== undefined && ids.has(root)) lines.push(`  ${from} -. each item .-> ${ids.get(root)}`);
    for (const { to, name, filtered } of links) {
      const label = name ?? (filtered ? 'if' : undefined);
      if (ids.has(to))
        lines.push(`  ${from} -->${label === undefined ? '' : `|"${escape(label)}"|`} ${ids.get(to)}`);
    }
  }
  const red = nodes.filter(({ key }) => {
    const of = counts !== undefined && Object.hasOwn(counts, key) ? counts[key] : undefined;
    return of !== undefined && of.erroredRuns + of.interrupted > 0;
  });
  if (red.length > 0) {
    lines.push('  classDef failed stroke:#c00,stroke-width:3px');
    lines.push(`  class ${red.map(({ key }) => ids.get(key)).join(',')} failed`);
  }
  return lines.join('\n');
}

function markOf({
  name,
  filtered,
}: {
  readonly name: string | undefined;
  readonly filtered: boolean;
}): string {
  if (name !== undefined) return `[${name}] `;
  return filtered ? '[if] ' : '';
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

/** Without the codes of colours. */
function plainLength(text: string): number {
  // oxlint-disable-next-line no-control-regex -- that is how terminals mark them
  return text.replace(/\u001B\[\d+m/g, '').length;
}
