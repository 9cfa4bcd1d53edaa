import type { Explanation } from './explanation.js';

export const testExplanations = {
  'test/failed': {
    means:
      'A test of an element did not give what it expects. The output says what differs, and where it stands.',
    wrong: 'A mapping was changed, and the test still expects the old field.',
    right: 'Correct the element, or the test where the new output is right.',
  },
  'test/element': {
    means: 'A file of tests does not say which element it tests, or names one that cannot be run.',
    wrong: {
      'membrane.yaml': '',
      'actions/hello.yaml': "type: run-javascript\nconfig: {code: 'export default () => 1'}\n",
      'tests/contacts.test.yaml': 'tests:\n  - name: gives a contact\n',
    },
    right: {
      'membrane.yaml': '',
      'actions/hello.yaml': "type: run-javascript\nconfig: {code: 'export default () => 1'}\n",
      'tests/contacts.test.yaml': 'element: action/hello\ntests:\n  - name: gives a number\n    output: 1\n',
    },
  },
  'tape/missing': {
    means: 'A test names a tape that nobody has recorded yet.',
    wrong: {
      'membrane.yaml': '',
      'actions/hello.yaml': "type: run-javascript\nconfig: {code: 'export default () => 1'}\n",
      'actions/hello.test.yaml': 'tests:\n  - name: gives a number\n    tape: hello.tape.yaml\n',
    },
    right: {
      'membrane.yaml': '',
      'actions/hello.yaml': "type: run-javascript\nconfig: {code: 'export default () => 1'}\n",
      'actions/hello.test.yaml': 'tests:\n  - name: gives a number\n    tape: hello.tape.yaml\n',
      'actions/hello.tape.yaml': 'time: 2030-01-01T00:00:00Z\nexchanges: []\noutput: 1\n',
    },
  },
  'tape/request': {
    means:
      'A test sends a request that nobody answers: it is neither on its tape nor among its responses. Tests have no network.',
    wrong: 'The element sends another body than when the tape was recorded.',
    right:
      'Compare it with the nearest one that is shown; record the tape again with --update where the new one is right.',
  },
  'tape/failed': {
    means:
      'A run failed while it was recorded, or gave too much for a tape. Nothing is written: the tape would say that this is right.',
    wrong: 'The account that is recorded with may not do what the test does.',
    right: 'Record with another account, or say in the test which error it expects.',
  },
  'tape/secret': {
    means:
      'An answer holds a secret in a form that cannot be cut out of it, such as in the middle of an image. The tape is not written.',
    wrong: 'An API gives an archive that has the API key in it.',
    right: 'Test with another request, or write down by hand what is answered.',
  },
} satisfies Record<string, Explanation>;
