/** The memory of one instance; it grows, and its buffer is another one then. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** What the sandbox uses of WebAssembly; without the types of browsers, TypeScript does not know it. */
interface Wasm {
  /** Limits are in pages of 64 KB. */
  readonly Memory: new (limits: { initial: number; maximum: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: unknown) => { readonly exports: object };
  readonly RuntimeError: new () => Error;
}

export const wasm = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly;
