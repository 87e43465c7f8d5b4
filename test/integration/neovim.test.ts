import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** What the script writes at its end. */
interface Session {
  readonly diagnostics: { code: string; message: string; lnum: number; col: number }[];
  readonly completion: string[];
  readonly hover: string;
  readonly actions: string[];
  readonly fixed: string;
  readonly remaining: string[];
}

test('a client that is not VS Code: Neovim shows diagnostics, completes, explains and repairs', () => {
  const folder = temporaryFolder('neovim');
  const file = path.join(folder, 'run.invarlock.yaml');
  const output = path.join(folder, 'session.json');
  mkdirSync(path.join(folder, 'home'));
  writeFileSync(file, 'dataset:\n  sed: 42\n  seq_len: 128\n  \n');
  const result = spawnSync(
    'nvim',
    [
      '--headless',
      '--clean',
      '-n',
      '-c',
      `luafile ${path.join(root, 'test/fixtures/neovim-session.lua')}`,
      file,
    ],
    {
      encoding: 'utf8',
      timeout: 60_000,
      env: {
        ...process.env,
        HOME: path.join(folder, 'home'),
        XDG_STATE_HOME: path.join(folder, 'home'),
        SESSION_SERVER: path.join(root, 'dist/server.js'),
        SESSION_NODE: process.execPath,
        SESSION_OUTPUT: output,
      },
    },
  );
  expect(result.error).toBeUndefined();
  expect(result.status, result.stderr).toBe(0);
  const session = JSON.parse(readFileSync(output, 'utf8')) as Session;
  expect(session.diagnostics).toEqual([
    {
      code: 'C110',
      message: 'Unknown key "sed" in dataset. Did you mean "seed"?',
      lnum: 1,
      col: 2,
    },
  ]);
  expect(session.completion).toEqual(expect.arrayContaining(['provider', 'preview_n', 'final_n', 'stride']));
  expect(session.completion).not.toContain('seq_len');
  expect(session.hover).toContain('**dataset.seq_len** · whole number, at least 2');
  expect(session.actions[0]).toBe('Change to "seed"');
  expect(session.fixed).toBe('dataset:\n  seed: 42\n  seq_len: 128\n  ');
  expect(session.remaining).toEqual([]);
});
