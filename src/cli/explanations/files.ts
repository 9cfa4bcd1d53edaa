import type { Explanation } from './explanation.js';

const listUsers = `type: http-request
config:
  request:
    uri: https://example.com/users
`;

export const fileExplanations = {
  'project/not-found': {
    means:
      'A project is a folder with the file membrane.yaml; commands look for it in the working folder and above it. The file may be empty. Folders of an export, which have none, can be validated by their path.',
    wrong: 'You run a command in a folder that belongs to no project.',
    right: 'Go to the folder of the project, name it with "--cwd DIR", or make one with "membrane init".',
  },
  'project/exists': {
    means: '"init" and "new" never write over a file that is there.',
    wrong: 'You run "membrane new action list-users", and actions/list-users.yaml exists.',
    right: 'Choose another key, or remove the file first.',
  },
  'project/package': {
    means:
      'An entry of "packages" in membrane.yaml is a glob of folders, or the name of an npm package that is installed. Here there is no such package, or its package.yaml is wrong.',
    wrong: { 'membrane.yaml': 'packages:\n  - shared-elements\n' },
    right: {
      'membrane.yaml': 'packages:\n  - shared/*\n',
      'shared/crm/package.yaml': 'key: crm\n',
      'shared/crm/actions/list-users.yaml': listUsers,
    },
  },
  'config/variable': {
    means:
      'A text in membrane.yaml holds ${NAME}, which stands for the environment variable of this name where membrane runs. It is not set there, or is empty.',
    wrong: '"secret: ${HOOK_SECRET}" in "notifications", and "membrane watch" is started without it.',
    right:
      'Set it where membrane runs: "HOOK_SECRET=… membrane watch". A text that is meant as it stands is written "$${HOOK_SECRET}".',
  },
  'config/secret': {
    means:
      'A secret that signs what is sent is any text, or the base64 of the key after "whsec_". This one is empty, or no base64.',
    wrong: '"whsec_my secret".',
    right:
      'Take "openssl rand -base64 32" and write "whsec_" before it, or take any text that begins otherwise.',
  },
  'project/errors': {
    means:
      'The project, or the element that you want to run with what it refers to, has errors, which are shown with it.',
    wrong: 'You run an action whose file has a misspelt field.',
    right:
      'Correct what is shown; "membrane validate" shows all of it, and "membrane validate --fix" corrects a part.',
  },
  'project/empty': {
    means: 'There is a membrane.yaml, and no folder of it holds an element.',
    wrong: { 'membrane.yaml': 'name: my-project\n' },
    right: { 'membrane.yaml': 'name: my-project\n', 'actions/list-users.yaml': listUsers },
  },
  'file/unreadable': {
    means: 'The operating system does not let membrane read or write a file or folder of the project.',
    wrong: 'A file belongs to another user, is a link that leads nowhere, or is no plain file.',
    right: 'Give yourself the right to read it, or move it out of the folders of the project.',
  },
  'file/too-large': {
    means:
      'An element is text that people write. A file of more than 5 MB is most likely data that got there by mistake.',
    wrong: 'A dump of records lies in data-schemas/.',
    right: 'Move it out of the folders of elements.',
  },
  'file/binary': {
    means: 'Element files are YAML in UTF-8.',
    wrong: 'An editor saved actions/list-users.yaml as UTF-16, or an image has the ending .yaml.',
    right: 'Save the file as UTF-8, or move it out of the project.',
  },
  'file/unknown': {
    means:
      'A folder looks like one of a kind, or of an element, and is none: its name is misspelt, or its spec.yaml is missing. Nothing in it is loaded.',
    wrong: { 'membrane.yaml': '', 'action/list-users.yaml': listUsers },
    right: { 'membrane.yaml': '', 'actions/list-users.yaml': listUsers },
  },
  'yaml/syntax': {
    means:
      'The file is no valid YAML 1.2. Only the first error of a file is shown: what comes after it is often only noise.',
    wrong: { 'membrane.yaml': '', 'actions/list-users.yaml': `name: Users: all of them\n${listUsers}` },
    right: { 'membrane.yaml': '', 'actions/list-users.yaml': `name: 'Users: all of them'\n${listUsers}` },
  },
  'yaml/duplicate-key': {
    means: 'An object has the same key twice. YAML does not say which of the two counts.',
    wrong: { 'membrane.yaml': '', 'actions/list-users.yaml': `name: Users\nname: All users\n${listUsers}` },
    right: { 'membrane.yaml': '', 'actions/list-users.yaml': `name: All users\n${listUsers}` },
  },
  'yaml/alias': {
    means:
      'An alias (*name) has no anchor (&name) before it, or aliases of aliases expand to an enormous value.',
    wrong: { 'membrane.yaml': '', 'actions/list-users.yaml': `${listUsers}    headers: *common\n` },
    right: {
      'membrane.yaml': '',
      'actions/list-users.yaml': `${listUsers}    headers: &common\n      X-Source: membrane\n`,
    },
  },
  'yaml/tag': {
    means:
      'Tags such as !env or !secret are instructions to a program. Here files are data, and no tag is known.',
    wrong: { 'membrane.yaml': '', 'actions/list-users.yaml': `name: !upper users\n${listUsers}` },
    right: { 'membrane.yaml': '', 'actions/list-users.yaml': `name: USERS\n${listUsers}` },
  },
} satisfies Record<string, Explanation>;
