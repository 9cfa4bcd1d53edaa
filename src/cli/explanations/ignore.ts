import type { Explanation } from './explanation.js';

function action(comment: string): Readonly<Record<string, string>> {
  return {
    'membrane.yaml': '',
    'actions/search.yaml': `type: http-request
config:
  request:
    uri: https://example.com/search
    query:
${comment}`,
  };
}

const why = '      # membrane-ignore-next formula/plain: OData has such names\n      $top: 5\n';

export const ignoreExplanations = {
  'ignore/no-reason': {
    means:
      'A comment that ignores a finding says why, after a colon: whoever reads it later must know whether it still holds.',
    wrong: action('      # membrane-ignore-next formula/plain\n      $top: 5\n'),
    right: action(why),
  },
  'ignore/unused': {
    means:
      'A comment ignores a code that the next line does not have: the finding is gone, or the comment was moved away from it.',
    wrong: action('      # membrane-ignore-next formula/plain: OData has such names\n      top: 5\n'),
    right: action(why),
  },
  'ignore/unknown': {
    means: 'A comment ignores a code that does not exist, or names none.',
    wrong: action('      # membrane-ignore-next formula/plane: a slip\n      top: 5\n'),
    right: action(why),
  },
} satisfies Record<string, Explanation>;
