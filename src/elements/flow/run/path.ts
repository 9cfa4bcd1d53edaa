/** One node run on the way to another one. */
export interface PathPart {
  readonly node: string;
  /** The link that led to it; undefined where it is the first for an input or an item. */
  readonly link: number | undefined;
  /** Which input of the run, item of the loop, or batch of the node before. */
  readonly index: number;
}

/** The id of the first node run for an input of the run, or for an item of a loop. */
export function firstId(within: string, node: string, index: number): string {
  const own = `${escape(node)}:${index}`;
  return within === '' ? own : `${within}/${own}`;
}

/** The id of the node run that a link leads to. */
export function nextId(before: string, node: string, link: number, batch: number): string {
  return `${before}/${escape(node)}:${link}.${batch}`;
}

export function partsOf(id: string): PathPart[] {
  return id.split('/').map((part) => {
    const colon = part.lastIndexOf(':');
    const node = decodeURIComponent(part.slice(0, colon));
    const [first = '0', second] = part.slice(colon + 1).split('.');
    return second === undefined
      ? { node, link: undefined, index: Number(first) }
      : { node, link: Number(first), index: Number(second) };
  });
}

/** The ids on the way to a node run, itself last. */
export function idsOn(id: string): string[] {
  const parts = id.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** In the order of the flow as it is written, and of inputs and items. */
export function comparePaths(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const [one, other] = [left[at] as PathPart, right[at] as PathPart];
    const order = one.index - other.index || (one.link ?? -1) - (other.link ?? -1);
    if (order !== 0) return order;
    if (one.node !== other.node) return one.node < other.node ? -1 : 1;
  }
  return left.length - right.length;
}

/** Only what would make a path ambiguous is escaped, so that ids can be read. */
function escape(node: string): string {
  return /[%/:]/.test(node) ? node.replace(/[%/:]/g, encodeURIComponent) : node;
}
