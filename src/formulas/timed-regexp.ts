import { createContext, Script } from 'node:vm';

/** Below this many characters the worst expression ends soon enough. */
const short = 20;

/**
 * A RegExp that gives up after `ms` milliseconds: some expressions need exponential time for a text that nearly
 * fits, and nothing else can stop them. Matching happens in JavaScript's own engine, under the watch of node:vm.
 */
export function timedRegExp(ms: number): RegExpConstructor {
  class TimedRegExp extends RegExp {
    override exec(text: string): RegExpExecArray | null {
      if (text.length < short) return super.exec(text);
      sandbox.match = () => super.exec(text);
      return script.runInContext(context, { timeout: Math.max(1, ms) }) as RegExpExecArray | null;
    }
  }
  // A class that extends RegExp is called with `new` only, which is all that its one user does.
  return TimedRegExp as unknown as RegExpConstructor;
}

const sandbox: { match: () => RegExpExecArray | null } = { match: () => null };
const context = createContext(sandbox);
const script = new Script('match()');
