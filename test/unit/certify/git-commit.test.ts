import { expect, test } from 'vitest';
import { gitCommit } from '../../../engine/certify/git-commit.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

const commit = 'a'.repeat(40);

test.each<[string, Record<string, string>, string]>([
  [
    'a branch',
    { '/p/.git/HEAD': 'ref: refs/heads/main\n', '/p/.git/refs/heads/main': `${commit}\n` },
    commit,
  ],
  [
    'a packed branch',
    {
      '/p/.git/HEAD': 'ref: refs/heads/main\n',
      '/p/.git/packed-refs': `# pack\n${commit} refs/heads/main\n`,
    },
    commit,
  ],
  ['a detached head', { '/p/.git/HEAD': `${commit}\n` }, commit],
  [
    'a linked work tree',
    {
      '/p/.git': 'gitdir: /repo/.git/worktrees/p\n',
      '/repo/.git/worktrees/p/HEAD': 'ref: refs/heads/x\n',
      '/repo/.git/worktrees/p/commondir': '../..\n',
      '/repo/.git/refs/heads/x': commit,
    },
    commit,
  ],
  ['no commit yet', { '/p/.git/HEAD': 'ref: refs/heads/main\n' }, ''],
  ['no repository', { '/p/file': '' }, ''],
  ['a reference that climbs out', { '/p/.git/HEAD': 'ref: refs/../../secret\n', '/secret': commit }, ''],
  ['a head that is no commit', { '/p/.git/HEAD': 'hello\n' }, ''],
])('%s', async (_, contents, expected) => {
  expect(await gitCommit(new MemoryFiles(contents), '/p/sub/folder')).toBe(expected);
});
