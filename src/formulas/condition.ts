import { describe, typeOf } from './describe.js';
import type { Scope } from './formula.js';
import { afterBoth, type Node } from './node.js';
import type { Operator } from './operators.js';

/** The node of a condition: an operator over two compiled values. */
export function condition(name: string, operator: Operator, left: Node, right: Node, scope: Scope): Node {
  const types = operator.schema['type'];
  // What is written there has been checked already.
  if (right.constant || !Array.isArray(types)) return afterBoth(left, right, operator.test);
  return afterBoth(left, right, (value, other) => {
    if (types.includes(typeOf(other))) return operator.test(value, other);
    const wanted = types.includes('array') ? 'a list' : 'a number or a date';
    throw scope.error('formula/shape', `"${name}" takes ${wanted}, not ${describe(other)}`);
  });
}
