import { MembraneError } from '../core/error.js';
import { isObject, type Json } from '../core/json.js';
import { createRedactor, type Redactor } from '../core/redact.js';
import type { Engine } from './engine.js';

/** `${NAME}`, or the same as it stands with another `$` before it. Anything else that begins with `$` is left alone. */
const variable = /\$?\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** A value of membrane.yaml with its variables filled in. */
export interface FilledIn<T> {
  readonly value: T;
  /** What the variables held: secret, whatever it is. */
  readonly secrets: readonly string[];
}

/**
 * Fills in `${NAME}` in every text of a value of membrane.yaml, as the environment has it at this moment; `$${NAME}`
 * stands for itself. `place` names the value: `notifications[0].secret`. Only the project's own membrane.yaml is read so:
 * packages and elements are data. Rejects with `config/variable` where one is not set.
 */
export function fillIn<T>({ env }: Pick<Engine, 'env'>, value: T, place: string): FilledIn<T> {
  const secrets: string[] = [];
  const text = (given: string, at: string): string =>
    given.replace(variable, (found: string, name: string) => {
      if (found.startsWith('$$')) return found.slice(1);
      const held = env[name];
      if (held === undefined || held === '') throw notSet(name, at);
      secrets.push(held);
      return held;
    });
  const any = (given: unknown, at: string): unknown => {
    if (typeof given === 'string') return text(given, at);
    if (Array.isArray(given)) return given.map((item, index) => any(item, `${at}[${index}]`));
    if (!isObject(given as Json)) return given;
    return Object.fromEntries(
      Object.entries(given as object).map(([key, item]) => [key, any(item, `${at}.${key}`)]),
    );
  };
  const filled = any(value, place) as T; // texts became texts: the shape is the same
  return { value: filled, secrets };
}

/** Cuts out of what is said what a filled-in value holds, and further secrets. */
export function redactorFor({ secrets }: FilledIn<unknown>, more: readonly string[] = []): Redactor {
  return createRedactor([...secrets, ...more]);
}

function notSet(name: string, at: string): MembraneError {
  return new MembraneError(
    'config/variable',
    `the environment variable "${name}" is not set, which "${at}" in membrane.yaml names`,
    {
      hint: `set it where membrane runs: ${name}=…; a text that is meant as it stands is written "$\${${name}}"`,
      class: 'configuration',
    },
  );
}
