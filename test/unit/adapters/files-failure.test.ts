import { expect, it } from 'vitest';
import { noRoom } from '../../../src/adapters/files-failure.js';

it.each(['ENOSPC', 'EDQUOT', 'EFBIG'])('%s is a disk without room', (code) => {
  const error = noRoom(Object.assign(new Error('write'), { code }));
  expect([error?.code, error?.message, error?.hint]).toEqual([
    'files/disk-full',
    `there is no room on the disk for a file (${code})`,
    'free some space; what was written of the file was removed',
  ]);
});

it('anything else is not', () => {
  expect([noRoom(Object.assign(new Error('open'), { code: 'EACCES' })), noRoom('ENOSPC')]).toEqual([
    undefined,
    undefined,
  ]);
});
