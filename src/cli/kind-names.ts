declare const MEMBRANE_KINDS: readonly string[];

/** Names of all kinds, put in from their registry by the build, so that starting up need not load them. */
export const kindNames = MEMBRANE_KINDS;
