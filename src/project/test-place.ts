/** A file that holds tests: which element it stands beside; one in the folder "tests" says it itself. */
export interface TestPlace {
  /** Absolute. */
  readonly file: string;
  readonly kind?: string;
  /** Name of the file or folder of the element, which is its key. */
  readonly name?: string;
  readonly integration?: string;
  readonly connection?: string;
  readonly connector?: string;
  /** Package key; the root package's is the empty string. */
  readonly package: string;
}

/** The folder of tests that stand beside no element. */
export const testsFolder = 'tests';

export function isTest(name: string): boolean {
  return /\.test\.ya?ml$/.test(name);
}

export function isTape(name: string): boolean {
  return /\.tape\.ya?ml$/.test(name);
}

/** `create-contact` for `create-contact.test.yaml`, and for `create-contact.errors.test.yaml`. */
export function testedName(name: string): string {
  return name.replace(/(?:\.[^.]+)?\.test\.ya?ml$/, '');
}
