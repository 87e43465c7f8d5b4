import { InvarLockError } from './errors.ts';

/** What the usual error codes of a file system mean to somebody who wanted something written. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'access is denied',
  EPERM: 'access is denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'something of that name is there already',
  ENOTEMPTY: 'a folder of that name is there already and is not empty',
  EISDIR: 'a folder of that name is there',
  ENOENT: 'a folder on the way to it is missing and cannot be made',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its symbolic links lead in a circle',
};

/**
 * The failure U705 of a write, with the path and the reason in words. An `InvarLockError` is returned as it is, so that a
 * cancelled or already explained write keeps its own code.
 *
 * @example throw writeFailure('out/x', cause) // U705: out/x could not be written: the file system is read-only.
 */
export function writeFailure(target: string, cause: unknown): InvarLockError {
  if (cause instanceof InvarLockError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const text = cause instanceof Error ? cause.message : String(cause);
  return new InvarLockError('U705', `${target} could not be written: ${reasons[code] ?? text}.`, {
    cause,
    details: { path: target, ...(code === '' ? {} : { code }) },
  });
}
