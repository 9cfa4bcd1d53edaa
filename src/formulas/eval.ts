import { didYouMean } from '../core/nearest.js';
import { surely, unknown } from '../core/type.js';
import { condition } from './condition.js';
import { conditionProblems } from './condition-type.js';
import { defineFormula, type Scope } from './formula.js';
import { nothing } from './node.js';
import { operators } from './operators.js';
import { subjectOf } from './subject.js';

const names = Object.keys(operators);

export const evalFormula = defineFormula({
  name: '$eval',
  summary:
    'Whether a condition holds for a value: true or false. The condition is one operator beside the formula.',
  schema: {},
  beside: Object.fromEntries(Object.entries(operators).map(([name, operator]) => [name, operator.schema])),
  examples: [
    {
      title: 'equal',
      formula: { $eval: { $var: 'contact.status' }, is: 'open' },
      variables: { contact: { status: 'open' } },
      result: true,
    },
    {
      title: 'dates compare as moments in time',
      formula: { $eval: { $var: 'created' }, gt: '2024-02-03T00:00:00+02:00' },
      variables: { created: '2024-02-02T23:00:00Z' },
      result: true,
    },
    {
      title: 'one of several',
      formula: { $eval: { $var: 'stage' }, oneOf: ['won', 'lost'] },
      variables: { stage: 'open' },
      result: false,
    },
  ],
  compile(argument, scope) {
    const given = Object.keys(scope.whole).slice(1);
    const left = scope.compile(argument);
    const unknown = given.filter((name) => !Object.hasOwn(operators, name));
    for (const name of unknown) reportUnknown(name, scope);
    const [name, second] = given.filter((one) => Object.hasOwn(operators, one));
    if (second !== undefined) {
      const message = `"$eval" has a second operator, "${second}" beside "${name}"`;
      scope.report({
        code: 'formula/operator',
        message,
        at: [second],
        target: 'key',
        help: 'join two conditions with "$and"',
      });
    }
    if (name === undefined && unknown.length === 0) {
      const help = `put one of these beside it: ${names.join(', ')}`;
      scope.report({ code: 'formula/operator', message: '"$eval" has no operator', help });
    }
    const operator = name === undefined ? undefined : operators[name];
    if (name === undefined || operator === undefined) return nothing;
    return condition(name, operator, left, scope.compileBeside(name), scope);
  },
  type(argument, scope) {
    const left = scope.typeOf(argument);
    const [name, ...more] = Object.keys(scope.whole).slice(1);
    const operator = name === undefined || !Object.hasOwn(operators, name) ? undefined : operators[name];
    if (name === undefined || operator === undefined || more.length > 0) return unknown;
    const right = scope.typeOfBeside(name);
    const typed = { name, operator, subject: subjectOf(argument), left, right, written: scope.whole[name] };
    for (const { item, ...problem } of conditionProblems(scope.types, typed)) {
      const target = problem.code === 'type/operator' ? 'key' : 'value';
      scope.report({ ...problem, at: item === undefined ? [name] : [name, item], target });
    }
    return surely({ type: 'boolean' });
  },
});

function reportUnknown(name: string, scope: Scope): void {
  const help = didYouMean(name, names) ?? `the operators are ${names.join(', ')}`;
  scope.report({
    code: 'formula/operator',
    message: `"$eval" has no operator "${name}"`,
    at: [name],
    target: 'key',
    help,
  });
}
