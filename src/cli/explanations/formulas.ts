import type { Explanation } from './explanation.js';

/** An action whose request sends `data`. */
function sending(data: string): Readonly<Record<string, string>> {
  return {
    'membrane.yaml': '',
    'actions/create-user.yaml': `type: http-request
config:
  request:
    uri: https://example.com/users
    method: POST
    body:
${data.replace(/^/gm, '      ')}
`,
  };
}

export const formulaExplanations = {
  'formula/unknown': {
    means:
      'An object whose first key starts with "$" is a formula. This key is none, and so near to one that it must be misspelt.',
    wrong: sending('name:\n  $concta:\n    - $var: input.firstName\n    - $var: input.lastName'),
    right: sending('name:\n  $concat:\n    - $var: input.firstName\n    - $var: input.lastName'),
  },
  'formula/plain': {
    means:
      'A key starts with "$" and is no formula: some APIs have such keys. The object is taken as it is; "$plain" says that this is meant.',
    wrong: sending('update:\n  $set:\n    active: true'),
    right: sending('update:\n  $plain:\n    $set:\n      active: true'),
  },
  'formula/shape': {
    means:
      'Each formula takes an argument of a certain shape. With another one its result would be wrong or empty.',
    wrong: sending('name:\n  $concat: input.name'),
    right: sending('name:\n  $concat:\n    - $var: input.name'),
  },
  'formula/operator': {
    means: 'Beside "$eval" stands exactly one operator that is known.',
    wrong: sending('isAdult:\n  $eval:\n    $var: input.age\n  greaterThan: 17'),
    right: sending('isAdult:\n  $eval:\n    $var: input.age\n  gt: 17'),
  },
  'formula/jsonata': {
    means: 'The text of "$jsonata" is no JSONata expression, or it fails when it is evaluated.',
    wrong: sending('total:\n  $jsonata: $sum(input.prices'),
    right: sending('total:\n  $jsonata: $sum(input.prices)'),
  },
  'formula/depth': {
    means:
      'Formulas are nested more deeply than the limit, 100 unless "limits.formulaDepth" of membrane.yaml says otherwise.',
    wrong: 'A program wrote a "$concat" inside of a "$concat", two hundred times.',
    right: 'Give the outer formula a list of parts, or raise "limits.formulaDepth".',
  },
  'formula/time': {
    means: 'The evaluation of a formula took too long, and was ended. Only "$jsonata" can do that.',
    wrong: 'A JSONata function calls itself without end.',
    right: 'Give the recursion an end, or do the work in JavaScript.',
  },
  'formula/port': {
    means:
      'The formula asks for something beyond its variables, such as the data of a connection, that is not available where it stands.',
    wrong: 'You evaluate a "$lookup" with "membrane formula eval", where no connection is chosen.',
    right: 'Use it where elements run for a connection: in actions, flows and field mappings.',
  },
} satisfies Record<string, Explanation>;
