/** What a pointer starts with (Git LFS specification, version 1). */
const start = 'version https://git-lfs.github.com/';

/** So many bytes are enough to tell. */
export const lfsPointerBytes = start.length;

/** What is wrong with a pointer, and what to do, for the end of a message. */
export const lfsPointerProblem =
  'it is a Git LFS pointer, not the file itself. Run "git lfs pull" where it was cloned, or download the model again';

/** Whether a file is what `git clone` leaves where Git LFS is not installed: some lines of text in place of a large file. */
export function isLfsPointer(bytes: Uint8Array): boolean {
  return (
    bytes.length >= start.length && [...start].every((character, i) => bytes[i] === character.charCodeAt(0))
  );
}
