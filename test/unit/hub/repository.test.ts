import { describe, expect, test } from 'vitest';
import { isRevision, isSafePath, repositoryFolder, repositoryName } from '../../../engine/hub/repository.ts';

describe('names of repositories', () => {
  test.each([
    ['org/name', { id: 'org/name', revision: undefined, isCertain: false }],
    ['gpt2', { id: 'gpt2', revision: undefined, isCertain: false }],
    ['hf:org/name', { id: 'org/name', revision: undefined, isCertain: true }],
    ['org/name@v1.0', { id: 'org/name', revision: 'v1.0', isCertain: true }],
    ['org/name@refs/pr/3', { id: 'org/name', revision: 'refs/pr/3', isCertain: true }],
  ])('%s', (text, expected) => expect(repositoryName(text)).toEqual(expected));

  test.each([
    ...['./org/name', '../x', '/models/a', 'a/b/c', 'org/', '', 'org/..', '-a/b', 'a b', 'C:\\models', '~/x'],
    ...['org/name@', 'org/name@../x', 'org/name@a//b', 'org/name@-x', 'a--b/c', 'org/name.', '.hidden'],
  ])('%j is a path, or nothing', (text) => expect(repositoryName(text)).toBeUndefined());

  test('their folders in a cache', () => {
    expect(repositoryFolder({ kind: 'models', id: 'gpt2' })).toBe('models--gpt2');
    expect(repositoryFolder({ kind: 'datasets', id: 'a/b' })).toBe('datasets--a--b');
  });
});

test.each(['main', 'v1', 'refs/convert/parquet', '0123abc'])('%s is a revision', (text) =>
  expect(isRevision(text)).toBe(true),
);

test.each(['a/b.txt', 'weights-1.safetensors', 'a b/ü.json'])('%s may be a file', (name) =>
  expect(isSafePath(name)).toBe(true),
);

test.each(['../x', 'a/../b', '/x', 'a//b', 'a\\b', 'c:x', 'a\nb', '', '.', 'x'.repeat(1001)])(
  '%j may not',
  (name) => expect(isSafePath(name)).toBe(false),
);
