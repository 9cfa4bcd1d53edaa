import type { Explanation } from './explanation.js';

export const runningExplanations = {
  'run/failed': {
    means:
      'A run ended with an error, which is shown with it. "membrane logs" has the run with its requests.',
    wrong: 'An API refuses what an action sends.',
    right: 'Look at the requests with "membrane logs show ID", and correct the action or its input.',
  },
  'run/timeout': {
    means: 'A run took longer than its limit and was ended. What it had sent by then stays sent.',
    wrong: 'An action waits for an API for more than 60 seconds.',
    right: 'Ask the API for less at once, or raise "limits.actionSeconds" in membrane.yaml.',
  },
  'run/unsupported': {
    means: 'Elements of this kind or type are loaded and checked, but cannot be run by this version.',
    wrong: 'You run an element of a type that is known from exports only.',
    right: 'Use a type that runs; "membrane doctor" says which version you have.',
  },
  'output/failed': {
    means:
      'What a command prints cannot be written: the disk is full, or the device fails. What it did beside is done.',
    wrong: '"membrane data list people --all > people.ndjson" on a disk that is full.',
    right: 'Make room, or write it elsewhere: "membrane data list people --all > /other/people.ndjson".',
  },
  'output/invalid': {
    means:
      'What a run gave does not fit the schema that its element promises. It is a warning: the output is given all the same.',
    wrong: '"customOutputSchema" says that "id" is a text, and the API gives a number.',
    right: 'Correct the schema, or turn the value into a text in "outputMapping".',
  },
  'store/unavailable': {
    means:
      'The state database .membrane/state.db cannot be opened: its folder is missing or not yours, the disk is full, or the file system does not support locks.',
    wrong: 'The project lies on a network drive that SQLite cannot lock.',
    right: 'Move the project to a local disk, or correct the rights of .membrane.',
  },
  'store/busy': {
    means: 'Another process of membrane works on the same thing, and holds its lock.',
    wrong: 'Two processes refresh the same connection, and the first one hangs.',
    right: 'Wait until it ends, or end it; the lock of a dead process goes away by itself.',
  },
  'store/fence': {
    means:
      'This process was halted for so long that another one took over its lock. It writes nothing any more, so that the two do not mix.',
    wrong: 'A laptop slept in the middle of a run.',
    right: 'Start the run again; the other process has gone on with what it took over.',
  },
  'store/corrupt': {
    means: 'A file of the state cannot be read: it was edited or cut off.',
    wrong: '.membrane/connections.json is no valid JSON after it was edited by hand.',
    right:
      'Correct the file, or restore it from a backup. Connections that are lost are made again with "membrane connect".',
  },
  'store/read-only': {
    means: 'The state folder cannot be written, but the command has something to remember.',
    wrong: 'The project is mounted read-only in a container.',
    right: 'Make .membrane writable, or run commands that store nothing, such as "membrane validate".',
  },
} satisfies Record<string, Explanation>;
