import { expect, test } from 'vitest';
import { runCli } from '../../../engine/cli/main.ts';
import { makeStyle } from '../../../engine/cli/output/terminal.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

async function help(words: readonly string[]): Promise<string> {
  const out: string[] = [];
  const code = await runCli([...words, '--help'], {
    files: new MemoryFiles(),
    clock: { now: () => new Date(0), monotonicMs: () => 0 },
    environment: {},
    workingFolder: '/project',
    terminal: { out: (line) => out.push(line), err: () => {}, rewrite: undefined, style: makeStyle(false) },
    childPath: '/nowhere',
    cancelled: new AbortController().signal,
  });
  expect(code).toBe(0);
  return out.join('\n');
}

/** The commands that a help text lists. */
function commandsIn(text: string): string[] {
  const list = /\nCommands:\n((?: {2}.*\n?)+)/.exec(text)?.[1] ?? '';
  const names = [...list.matchAll(/^ {2}(\S+)/gm)].map(([, name = '']) => name);
  return names.filter((name) => name !== 'help');
}

test('every command has an example in its help, and every command that does something its exit codes', async () => {
  const lacking: string[] = [];
  let count = 0;
  const visit = async (words: readonly string[]) => {
    const text = await help(words);
    const below = commandsIn(text);
    count += 1;
    const name = words.join(' ');
    if (words.length > 0 && !/\nExamples?:\n {2}.*invarlock /.test(text)) lacking.push(`${name}: example`);
    if (below.length === 0 && !/Exit codes?:|exits with/.test(text)) lacking.push(`${name}: exit codes`);
    for (const one of below) await visit([...words, one]);
  };
  await visit([]);
  expect(lacking).toEqual([]);
  expect(count).toBeGreaterThan(25);
});
