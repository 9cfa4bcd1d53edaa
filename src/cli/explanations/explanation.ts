/** What a code means, and how it is made and unmade. */
export interface Explanation {
  /** A few sentences: when it is given, and why it matters. */
  readonly means: string;
  readonly wrong: Example;
  readonly right: Example;
}

/** A project by the paths of its files; or, for what happens at run time, a situation in words. */
export type Example = string | Readonly<Record<string, string>>;
