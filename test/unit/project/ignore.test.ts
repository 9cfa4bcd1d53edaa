import { describe, expect, it } from 'vitest';
import { ignoreComments } from '../../../src/project/ignore-comments.js';
import { look } from './look.js';

const action = (query: string) => ({
  'membrane.yaml': '',
  'actions/search.yaml': `type: http-request
config:
  request:
    uri: https://example.com
    query:
${query}`,
});

describe('a comment that ignores', () => {
  it('is for the findings that begin in the next line that is no comment', async () => {
    expect(
      await look(
        action(`      # membrane-ignore-next formula/plain: OData has such names
      # another comment

      $top: 5
      inner:
        $skip: 1
`),
      ),
    ).toEqual([
      'actions/search.yaml:11:9-11:14 warning[formula/plain]: "$skip" is no formula: the object is taken as it is',
      ' = wrap the object in "$plain" if that is what you mean',
    ]);
  });

  it('may name several codes, and stand at the end of a line', async () => {
    expect(
      await look({
        'membrane.yaml': '',
        'actions/search.yaml': `type: http-request
config:
  request: # membrane-ignore-next schema/unknown-field, formula/plain: both are known
    metod: { $top: 5 }
    uri: https://example.com
`,
      }),
    ).toEqual([
      'actions/search.yaml:3:57-3:70 warning[ignore/unused]: nothing in the next line has the code "formula/plain"',
      ' = remove it from the comment',
    ]);
  });

  it('before anything else is for findings of the file as a whole, too', async () => {
    const comment = '# membrane-ignore-next element/not-object: a draft\n';
    expect(
      await look({
        'membrane.yaml': '',
        'actions/a.yaml': 'type: http-request\nconfig: {request: {uri: https://a.b}}\n',
        'actions/draft.yaml': `# a draft\n${comment}- a\n`,
      }),
    ).toEqual([]);
  });

  it('works in membrane.yaml', async () => {
    expect(
      await look({
        'membrane.yaml': '# membrane-ignore-next schema/unknown-field: of a newer version\nfuture: 1\n',
        'data-link-tables/a.yaml': 'name: A\n',
      }),
    ).toEqual([]);
  });

  it('says why, names codes that exist, and ignores something', async () => {
    expect(
      await look(
        action(`      # membrane-ignore-next formula/plain
      $top: 5
      # membrane-ignore-next formula/plane: a slip
      a: 1
      # membrane-ignore-next: all of it
      b: 1
      # membrane-ignore-next flow/cycle: there was one
      c: 1
      # membrane-ignore-next formula/plain: nothing follows
`),
      ),
    ).toEqual([
      'actions/search.yaml:6:7-6:43 warning[ignore/no-reason]: the comment does not say why it ignores',
      ' = say why after a colon: "# membrane-ignore-next CODE: reason"',
      'actions/search.yaml:8:30-8:43 warning[ignore/unknown]: no code "formula/plane"',
      ' = did you mean "formula/plain"?',
      'actions/search.yaml:10:7-10:40 warning[ignore/unknown]: the comment names no code to ignore',
      ' = write "# membrane-ignore-next CODE: reason"',
      'actions/search.yaml:12:30-12:40 warning[ignore/unused]: nothing in the next line has the code "flow/cycle"',
      ' = remove it from the comment',
      'actions/search.yaml:14:30-14:43 warning[ignore/unused]: nothing in the next line has the code "formula/plain"',
      ' = remove it from the comment',
    ]);
  });

  it('is no text that only looks like one', () => {
    const text = `a: "# membrane-ignore-next x/y: no"
b: |
  # membrane-ignore-next x/y: no
c: plain# membrane-ignore-next x/y: no
d: 'more # membrane-ignore-next x/y: no' # about membrane-ignore-next
# membrane-ignore-nextish x/y: no
`;
    expect(ignoreComments(text, '/a.yaml')).toEqual([]);
  });

  it('is found after windows line ends, and in JavaScript', () => {
    const [first] = ignoreComments('a: 1\r\n# membrane-ignore-next x/y: why\r\nb: 2\r\n', '/a.yaml');
    const [second] = ignoreComments('f();\n// membrane-ignore-next x/y: why\ng();\n', '/a.js');
    const common = { codes: [{ name: 'x/y' }], reason: 'why', line: 3, opensFile: false };
    expect([first, second]).toMatchObject([common, common]);
  });
});
