declare const MEMBRANE_VERSION: string;

/** As in package.json, put in by the build. */
export const version = MEMBRANE_VERSION;
