import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import variant from '@jitl/quickjs-wasmfile-release-sync';
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type EmscriptenModuleLoaderOptions,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSSyncVariant,
} from 'quickjs-emscripten-core';
import { guestBytes } from './sandbox-guest-bytes.js';
import { guestLink, type GuestFailure } from './sandbox-guest-link.js';
import { guestRun } from './sandbox-guest-run.js';
import { guestWeb } from './sandbox-guest-web.js';
import {
  mapMemory,
  restoreImage,
  stackBytes,
  takeImage,
  type MemoryImage,
  type MemoryMap,
} from './sandbox-memory.js';

import { wasm, type WasmMemory } from './webassembly.js';

/** The name under which QuickJS knows the code of the project, as it stands in stacks. */
export const codeName = 'function.js';

/** What one run of code is given, and how it tells its end. */
export interface Occupant {
  call(operation: string, json: string): string;
  ask(id: number, operation: string, json: string): void;
}

/** Why the code was stopped. */
export type Stop = 'time' | 'memory' | 'stack' | 'interrupt';

/** An error that left the code where nobody could catch it. */
export interface Escaped {
  readonly stop: Stop | undefined;
  readonly failure: Exclude<GuestFailure, { foreign: number }>;
}

/** The memory of a sandbox that holds some code, compiled and not run. */
export interface Program {
  readonly key: string;
  /** By the layout that the image belongs to. */
  readonly images: Map<string, MemoryImage>;
}

/** The types of the package are those of its CommonJS form. */
const typedVariant = variant as unknown as QuickJSSyncVariant;

let compiled: object | undefined;

/** QuickJS as V8 compiled it, once a process; each instance has a memory of its own. */
function quickjs(): object {
  const file = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
  return (compiled ??= new wasm.Module(readFileSync(file)));
}

/**
 * Makes an instance at once. Promises of WebAssembly come late: where nothing else is to do, Node waits first for
 * V8 to optimize what ran before, which takes up to 100 ms.
 */
const instantiateWasm: NonNullable<EmscriptenModuleLoaderOptions['instantiateWasm']> = (imports, done) => {
  const instance = new wasm.Instance(quickjs(), imports);
  done(instance as never);
  return instance.exports as never;
};

/** The guest's own code, as text: it is compiled by QuickJS. */
const bootText = `{
  const link = (${guestLink.toString()})(globalThis.__host);
  const bytes = (${guestBytes.toString()})(link);
  (${guestWeb.toString()})(link, bytes);
  globalThis.__guest = (${guestRun.toString()})(link, bytes, () => import(${JSON.stringify(codeName)}));
  delete globalThis.__host;
}`;

/** The memory with the guest's code in it, by the layout before: every instance after the first one is spared it. */
const booted = new Map<string, MemoryImage>();

/**
 * One QuickJS with a memory of its own, for one run at a time. Before and after each run its memory is that of
 * the moment when the code was compiled, byte for byte: a run finds nothing of another one.
 */
export class Instance {
  private readonly memory: WasmMemory;
  private readonly runtime: QuickJSRuntime;
  private readonly context: QuickJSContext;
  private readonly guest: { readonly run: QuickJSHandle; readonly settle: QuickJSHandle };
  private readonly map: MemoryMap;
  private readonly layout: string;
  private readonly empty: MemoryImage;
  private readonly size: number;
  private occupant: Occupant | undefined;
  /** What the memory holds now. */
  private image: MemoryImage;
  private deadline = Infinity;
  private stop: Stop | undefined;
  /** Not to be used again: it was stopped in the middle, or has grown. */
  spoilt = false;

  /** QuickJS does not know how large its allocations are here: what limits the code is the end of the memory. */
  static async start(memoryBytes: number): Promise<Instance> {
    const maximum = Math.max(initialPages, Math.ceil((ownBytes + memoryBytes) / pageBytes));
    const wasmMemory = new wasm.Memory({ initial: initialPages, maximum });
    const module = await newQuickJSWASMModuleFromVariant(
      newVariant(typedVariant, { wasmMemory: wasmMemory as never, emscriptenModule: { instantiateWasm } }),
    );
    const runtime = module.newRuntime();
    return new Instance(module.getWasmMemory(), runtime, runtime.newContext());
  }

  private constructor(memory: WasmMemory, runtime: QuickJSRuntime, context: QuickJSContext) {
    this.memory = memory;
    this.runtime = runtime;
    this.context = context;
    this.map = mapMemory(memory);
    runtime.setMaxStackSize(stackBytes / 2);
    runtime.setInterruptHandler(() => this.interrupt());
    runtime.setModuleLoader((name) => ({
      error: new Error(`"${name}" cannot be imported: all code of a function is in one file`),
    }));
    const host = context.newObject();
    const call = context.newFunction('call', (operation, json) =>
      context.newString(this.occupant?.call(context.getString(operation), context.getString(json)) ?? ''),
    );
    const ask = context.newFunction('ask', (id, operation, json) =>
      this.occupant?.ask(context.getNumber(id), context.getString(operation), context.getString(json)),
    );
    context.setProp(host, 'call', call);
    context.setProp(host, 'ask', ask);
    const before = layoutOf(host, call, ask);
    const known = booted.get(before);
    if (known === undefined) {
      context.setProp(context.global, '__host', host);
      context.unwrapResult(context.evalCode(bootText, 'guest.js', { strict: true }));
      booted.set(before, takeImage(memory, this.map));
    } else restoreImage(memory, this.map, known);
    const guest = context.getProp(context.global, '__guest');
    // kept for ever, and so are their counts: what a run drops must not free them
    this.guest = { run: context.getProp(guest, 'run'), settle: context.getProp(guest, 'settle') };
    context.unwrapResult(context.evalCode('delete globalThis.__guest;'));
    this.layout = `${before},${layoutOf(guest, this.guest.run, this.guest.settle)}`;
    this.size = memory.buffer.byteLength;
    this.image = this.empty = takeImage(memory, this.map);
  }

  /** Puts the code of a program into the memory; gives what is wrong with its syntax. */
  load(program: Program, code: string): Escaped['failure'] | undefined {
    const known = program.images.get(this.layout);
    if (known !== undefined) {
      if (known !== this.image) this.restore(known);
      return undefined;
    }
    if (this.image !== this.empty) this.restore(this.empty);
    const result = this.context.evalCode(code, codeName, { type: 'module', compileOnly: true });
    if (result.error !== undefined) {
      const failure = this.failureOf(result.error);
      this.restore(this.empty);
      return failure;
    }
    this.image = takeImage(this.memory, this.map);
    program.images.set(this.layout, this.image);
    return undefined;
  }

  holds(program: Program): boolean {
    return program.images.get(this.layout) === this.image;
  }

  /** Makes it somebody's, until `leave`. */
  enter(occupant: Occupant): void {
    this.occupant = occupant;
  }

  /** Nothing of the run stays behind. */
  leave(): void {
    this.occupant = undefined;
    if (!this.spoilt) this.restore(this.image);
  }

  start(json: string, cpuMs: number): Escaped | undefined {
    const { context, guest } = this;
    return this.work(cpuMs, () =>
      context.callFunction(guest.run, context.undefined, context.newString(json)),
    );
  }

  settle(id: number, failed: boolean, json: string, cpuMs: number): Escaped | undefined {
    const { context, guest } = this;
    const args = () => [
      context.newNumber(id),
      failed ? context.true : context.false,
      context.newString(json),
    ];
    return this.work(cpuMs, () => context.callFunction(guest.settle, context.undefined, ...args()));
  }

  /** Lets the code go on until it waits, or is through. Handles are not freed: the memory is put back as a whole. */
  private work(cpuMs: number, first: () => ReturnType<QuickJSContext['callFunction']>): Escaped | undefined {
    this.deadline = performance.now() + cpuMs;
    this.stop = undefined;
    let error: QuickJSHandle | undefined;
    const all = (): void => {
      error = first().error;
      while (error === undefined && this.stop === undefined && this.runtime.hasPendingJob()) {
        error = this.runtime.executePendingJobs(1000).error;
        this.interrupt();
      }
    };
    try {
      guard(all, cpuMs + graceMs);
    } catch (reason) {
      this.spoilt = true;
      return { stop: stopOf(reason), failure: { kind: 'error', name: '', message: '', stack: '' } };
    }
    if (error === undefined && this.stop === undefined) return undefined;
    if (this.stop !== undefined) this.spoilt = true;
    return { stop: this.stop, failure: error === undefined ? nothing : this.failureOf(error) };
  }

  private interrupt(): boolean {
    if (performance.now() > this.deadline) this.stop = 'time';
    return this.stop !== undefined;
  }

  private failureOf(error: QuickJSHandle): Escaped['failure'] {
    const text = (name: string): string => {
      const value = this.context.getProp(error, name);
      return this.context.typeof(value) === 'string' ? this.context.getString(value) : '';
    };
    return { kind: 'error', name: text('name'), message: text('message'), stack: text('stack') };
  }

  private restore(image: MemoryImage): void {
    const whole = this.memory.buffer.byteLength === this.size && restoreImage(this.memory, this.map, image);
    if (!whole) this.spoilt = true;
    this.image = image;
  }
}

/** Instances of the same layout have the same memory: where things are says all of it. */
function layoutOf(...handles: readonly QuickJSHandle[]): string {
  return handles.map(({ value }) => value).join();
}

const nothing: Escaped['failure'] = { kind: 'error', name: '', message: '', stack: '' };

/** As QuickJS was built: the memory that it starts with, and what it takes of it for itself. */
const [initialPages, ownBytes] = [256, 6 * 1024 * 1024];
const pageBytes = 65_536;

/** So much later than QuickJS itself stops the code, V8 does: some of what is built in does not look at the clock. */
const graceMs = 1000;

const hook = Symbol.for('membrane.sandbox.work');
const guarded = new Script(`globalThis[Symbol.for('membrane.sandbox.work')]()`);

/** Does work that V8 ends by force when it takes longer. */
function guard(work: () => void, timeoutMs: number): void {
  const scope = globalThis as unknown as Record<symbol, unknown>;
  scope[hook] = work;
  try {
    // no signal reaches a listener while the work computes: Ctrl-C ends the work, and stopOf sends it again
    guarded.runInThisContext({ timeout: Math.max(1, Math.ceil(timeoutMs)), breakOnSigint: true });
  } finally {
    delete scope[hook];
  }
}

/** What V8 says when it ended the code, or when QuickJS gave up; anything else is a fault of ours. */
function stopOf(reason: unknown): Stop {
  const code = (reason as { code?: unknown } | undefined)?.code;
  if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return 'time';
  if (code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED') return 'interrupt';
  if (reason instanceof RangeError) return 'stack';
  if (reason instanceof wasm.RuntimeError) return 'memory';
  throw reason;
}
