import type { Clock } from '../core/ports.js';

/** A sleep that others can end, also before it has begun. */
export class Nap {
  private isAwake = false;
  private rouse: () => void = () => undefined;

  /** From here on somebody may wake it. */
  prepare(): void {
    this.isAwake = false;
  }

  wake(): void {
    this.isAwake = true;
    this.rouse();
  }

  async take(clock: Clock, ms: number): Promise<void> {
    const slept = new AbortController();
    const woken = new Promise<void>((resolve) => (this.rouse = resolve));
    if (this.isAwake) return;
    await Promise.race([clock.sleep(Math.max(1, ms), slept.signal).catch(() => undefined), woken]);
    slept.abort('awake'); // a reason of our own: node makes an error with a stack otherwise
  }
}
