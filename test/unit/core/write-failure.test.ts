import { expect, test } from 'vitest';
import { InvarLockError } from '../../../engine/core/errors.ts';
import { writeFailure } from '../../../engine/core/write-failure.ts';

test.each([
  ['EACCES', 'access is denied'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'no space is left on the device'],
  ['ENOTDIR', 'a part of the path is a file, not a folder'],
  ['EEXIST', 'something of that name is there already'],
  ['EISDIR', 'a folder of that name is there'],
  ['ENOENT', 'a folder on the way to it is missing and cannot be made'],
  ['EWHATEVER', 'as the platform says'],
])('%s is said in words', (code, reason) => {
  const cause = Object.assign(new Error('as the platform says'), { code });
  expect(writeFailure('/out/x', cause)).toMatchObject({
    code: 'U705',
    message: `/out/x could not be written: ${reason}.`,
    cause,
    details: { path: '/out/x', code },
  });
});

test('what is no error is shown, what has a code of its own keeps it', () => {
  expect(writeFailure('/out', 'broken').message).toBe('/out could not be written: broken.');
  const cancelled = new InvarLockError('U707', 'The run was cancelled.');
  expect(writeFailure('/out', cancelled)).toBe(cancelled);
});
