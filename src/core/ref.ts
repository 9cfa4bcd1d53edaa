/**
 * Names one element. Without a layer it is the universal element; with `integration` or `connection` it is
 * that element's counterpart on a lower layer. `connector` names the owner of an inner kind
 * (data collections, operations, events, global webhooks of a connector).
 */
export interface Ref {
  readonly kind: string;
  readonly key: string;
  readonly integration?: string;
  readonly connection?: string;
  readonly connector?: string;
  readonly instance?: string;
}

/** `action/create-contact`, `action/create-contact@hubspot`, `field-mapping/contacts#acme`, `operation/hubspot/search`. */
export function formatRef(ref: Ref): string {
  const owner = ref.connector === undefined ? '' : `${ref.connector}/`;
  const instance = ref.instance === undefined ? '' : `:${ref.instance}`;
  const layer =
    ref.connection !== undefined
      ? `#${ref.connection}`
      : ref.integration !== undefined
        ? `@${ref.integration}`
        : '';
  return `${ref.kind}/${owner}${ref.key}${instance}${layer}`;
}
