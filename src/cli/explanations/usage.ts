import type { Explanation } from './explanation.js';

export const usageExplanations = {
  'usage/command': {
    means: 'The command line has a command or an option that does not exist.',
    wrong: '"membrane valdate", or "membrane validate --stric".',
    right: '"membrane validate --strict". Each command explains itself with --help.',
  },
  'usage/argument': {
    means: 'An argument or the value of an option is missing, or is none of what it may be.',
    wrong: '"membrane validate --max-warnings few".',
    right: '"membrane validate --max-warnings 10".',
  },
  'usage/json': {
    means:
      'A value on the command line or from a file should be JSON, and is none. In a shell, JSON needs single quotes around it.',
    wrong: '"membrane action run create-user --input {name: Ann}".',
    right: `"membrane action run create-user --input '{"name": "Ann"}'", or "--set name=Ann".`,
  },
  'usage/ambiguous': {
    means:
      'Several things fit what was asked for, and without a terminal nobody can be asked which one is meant.',
    wrong: 'Two connections fit, and "membrane action run list-users" runs in CI.',
    right: 'Name one: "membrane action run list-users --connection acme".',
  },
  'usage/file': {
    means: 'A file or folder that the command line names is not there, or cannot be used for this.',
    wrong: '"membrane validate action", and the folder is called actions.',
    right: '"membrane validate actions".',
  },
  'input/invalid': {
    means: 'The input of a run does not fit the input schema of the element. Nothing was sent.',
    wrong: '"membrane action run create-user", whose schema requires "email", without any input.',
    right: '"membrane action run create-user --set email=ann@example.com".',
  },
} satisfies Record<string, Explanation>;
