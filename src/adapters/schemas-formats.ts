/** Formats of our own, beside those of ajv-formats. */
export const ownFormats: Readonly<Record<string, RegExp>> = {
  'membrane-file': /^membrane-file:[0-9a-z]{26}$/,
};
