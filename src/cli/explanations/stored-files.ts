import type { Explanation } from './explanation.js';

export const storedFileExplanations = {
  'files/not-found': {
    means:
      'A reference names no file that this tenant has. Files are kept as long as "retention" of membrane.yaml says; nobody can use a file of another tenant.',
    wrong: 'An action gets the reference that another one gave two months ago.',
    right: 'Download the file again, or bring it in with "--file NAME=PATH".',
  },
  'files/too-large': {
    means:
      'A file is larger than the limit. The download was stopped at once, and what was written is removed.',
    wrong: 'A backup of 3 GB is downloaded.',
    right: 'Raise "limits.fileMegabytes" in membrane.yaml.',
  },
  'files/corrupt': {
    means:
      'The bytes of a stored file have another length or another SHA-256 than those that were stored. The last piece of a corrupt file is never sent.',
    wrong: 'Another program wrote into .membrane/files, or the disk is broken.',
    right: 'Download the file again, or bring it in with "--file NAME=PATH".',
  },
  'files/disk-full': {
    means: 'The disk, the quota of the user or the limit of the process has no room for the file.',
    wrong: 'A download of 1 GB on a disk with 200 MB left.',
    right: 'Free some space and run it again; what was written is removed.',
  },
} satisfies Record<string, Explanation>;
