import type { SchemaProblem } from '../core/schema.js';
import { assertions, type Rules } from './schemas-assertions.js';
import { combinations } from './schemas-choice.js';
import type { Node, ObjectNode, Words } from './schemas-node.js';
import { leftovers, parts } from './schemas-parts.js';
import { Walk, type Check, type Found } from './schemas-walk.js';

export interface Explanation {
  readonly problems: readonly SchemaProblem[];
  /** How many schemas were visited. */
  readonly steps: number;
}

export interface ExplainOptions {
  /** How sentences name the whole value; `the value`. */
  readonly root?: string;
  /** Values to leave alone. */
  readonly skip?: (value: unknown) => boolean;
}

/**
 * What is wrong with a value, one problem a slip, in the order of the value's fields. A value fits if and only if
 * there is none.
 */
export function explain(node: Node, value: unknown, options: ExplainOptions = {}): Explanation {
  const walk = new Walk(checksOf, options.root ?? 'the value', options.skip);
  walk.visit(node, value);
  return { problems: walk.found.length === 0 ? none : tidy(walk.found), steps: walk.steps };
}

const none: readonly SchemaProblem[] = [];

/** In the order in which they are asked: what a value is comes before what it holds. */
const rules: Rules = { ...assertions, ...combinations, ...parts };

function checksOf(node: ObjectNode): readonly Check[] {
  const { words } = node;
  const checks: Check[] = [];
  for (const [keyword, rule] of Object.entries(rules)) {
    const operand = words[keyword as keyof Words];
    // each rule takes the operand of its own keyword, which the type of an entry cannot say
    if (operand !== undefined)
      checks.push((rule as (operand: unknown, words: Words) => Check)(operand, words));
  }
  if (words.unevaluatedProperties !== undefined) {
    checks.push(leftovers.unevaluatedProperties(words.unevaluatedProperties, node));
  }
  if (words.unevaluatedItems !== undefined)
    checks.push(leftovers.unevaluatedItems(words.unevaluatedItems, node));
  return checks;
}

/** A misspelt field is one slip, not an unknown field and a missing one; and nothing is said twice. */
function tidy(found: readonly Found[]): SchemaProblem[] {
  const at = (path: Found['path'], name: string | undefined) => JSON.stringify([path, name]);
  const misspelt = new Set(
    found.filter(({ near }) => near !== undefined).map(({ path, near }) => at(path.slice(0, -1), near)),
  );
  const said = new Set<string>();
  return found
    .filter((problem) => {
      if (problem.code === 'schema/missing-field' && misspelt.has(at(problem.path, problem.field)))
        return false;
      const key = at(problem.path, problem.message);
      return !said.has(key) && said.add(key) !== undefined;
    })
    .map(({ path, target, code, message, help }) => ({
      path,
      target,
      code,
      message,
      ...(help === undefined ? {} : { help }),
    }));
}
