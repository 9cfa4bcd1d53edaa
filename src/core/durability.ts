import type { Json, JsonObject } from './json.js';
import type { WriteOptions } from './ports.js';

/**
 * How a step ended. `interrupted`: it was cut off where it must not be done again unasked, and nobody knows what
 * came of it.
 */
export type StepState = 'completed' | 'failed' | 'skipped' | 'interrupted';

/** What a step gave, as it is kept. */
export interface StepResult {
  readonly state: StepState;
  readonly output?: Json | undefined;
  /** What else is to be known of it. */
  readonly facts: JsonObject;
}

export interface StepAddress {
  /** Unique in the run, and the same whenever the run goes on: the path that led to it. */
  readonly id: string;
  /** Id of the step that it is a part of; empty for what is part of the run itself. */
  readonly within: string;
  /** What it is counted under; empty for what is not counted, and is no step of its own. */
  readonly group: string;
  /** The run was never here before, so that nothing can be stored under the id. */
  readonly fresh: boolean;
}

/** A step that is done now, or was done before. */
export interface Step {
  /** Undefined where the step could not come to an end: nothing is stored, and it is done when the run goes on. */
  readonly result: StepResult | undefined;
  /** Resolves when the result is stored. Nothing may follow from the result before. */
  readonly stored: Promise<void>;
}

/** What a step can say while it is done. */
export interface StepControl {
  /**
   * Stores that what comes next must not be done twice, before it resolves. When the step is cut off afterwards it
   * is `interrupted`.
   */
  onlyOnce(): Promise<void>;
}

/** Many alike parts of a run, by number: its inputs, or the items of a loop. It knows which are through. */
export interface Parts {
  readonly total: number;
  /** All of the part was done before: there is nothing to look for. */
  isFinished(index: number): boolean;
  /** Says that a part begins; whether it never began before. */
  begin(index: number): boolean;
  /** Says that all of the part is done and stored. */
  finish(index: number): void;
  /** Says that nobody needs to know any more which parts are through. */
  close(): void;
}

/** How many steps of a group ended in each state. */
export type StepCounts = Readonly<Record<string, Readonly<Partial<Record<StepState, number>>>>>;

/** The steps of one run, for whoever drives it. When anything here rejects the run cannot go on in this process. */
export interface Steps {
  /** What the step gave when it was done before; otherwise it is done now. */
  step(address: StepAddress, work: (control: StepControl) => Promise<StepResult | undefined>): Promise<Step>;
  /** Resolves `ms` after it was asked for the first time under this id, whichever process asked. */
  sleep(id: string, ms: number): Promise<void>;
  /** The parts of the run itself (`within` is empty), or of a step. */
  parts(within: string, total: number, fresh: boolean): Parts;
  /** The steps that are part of a step, as they are stored. */
  within(id: string): AsyncIterable<StoredStep>;
  /** What is known of the run at this moment. */
  progress(): RunProgress;
  /** For other writes about the run: they happen only while nobody else drives it. */
  readonly guard: WriteOptions;
}

export interface StoredStep extends StepResult {
  readonly id: string;
  readonly group: string;
  /** Other steps are part of it. */
  readonly hasParts: boolean;
  /** When it was stored, milliseconds since 1970. */
  readonly time: number;
}

/** What is known of the steps of a run from outside of it. */
export interface RunProgress {
  readonly counts: StepCounts;
  /** Parts of the run itself: how many there are, how many began, and how many are through. */
  readonly total: number;
  readonly begun: number;
  readonly finished: number;
  /** Ids of the first steps that failed or were interrupted. */
  readonly failures: readonly string[];
  /** Ids of steps that did not end yet, although some of their parts did. */
  readonly open: readonly string[];
}

export interface RunName {
  readonly tenant: string;
  readonly id: string;
}

export interface DriveOptions {
  /** The run was made just now, and nothing can be stored of its steps. */
  readonly fresh?: boolean | undefined;
  /** Steps that ended like this are done again. */
  readonly again?: ((result: StepResult) => boolean) | undefined;
  /** Told once when nothing can be stored any more: what is under way must end. */
  readonly onBroken: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/**
 * Keeps what the steps of runs gave, so that a run that is cut off at any instant goes on with what was not done,
 * and does nothing twice that was.
 */
export interface Durability {
  /** Drives a run. Nobody else does meanwhile: rejects with `flow/busy` where another process does. */
  run<T>(run: RunName, options: DriveOptions, work: (steps: Steps) => Promise<T>): Promise<T>;
  /** Whether somebody drives the run at this moment. */
  isDriven(run: RunName): Promise<boolean>;
  progress(run: RunName): Promise<RunProgress>;
  /** One step; undefined where it was never done. `running`: it is being done, or was cut off. */
  find(run: RunName, id: string): Promise<(StoredStep & { readonly running: boolean }) | undefined>;
  /** The steps that are part of the run itself (an empty id) or of a step, oldest first. */
  within(run: RunName, id: string): AsyncIterable<StoredStep & { readonly running: boolean }>;
  /** Begins a run of so many parts with steps of another one, so that they are not done again. */
  copy(from: RunName, to: RunName, parts: number, wanted: (step: StoredStep) => boolean): Promise<void>;
  /** Forgets everything of a run that nobody drives. */
  forget(run: RunName): Promise<void>;
}
