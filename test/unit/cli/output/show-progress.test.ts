import { expect, test } from 'vitest';
import { showProgress } from '../../../../engine/cli/output/show-progress.ts';
import { makeStyle } from '../../../../engine/cli/output/terminal.ts';

function shown(isTerminal: boolean) {
  const lines: string[] = [];
  const terminal = {
    out: () => {},
    err: (line: string) => void lines.push(line),
    rewrite: isTerminal
      ? (line: string) => void (line === '' ? undefined : lines.push(`~${line}`))
      : undefined,
    style: makeStyle(false),
  };
  const onProgress = showProgress(terminal, true, 'audit');
  for (const [doneBytes, totalBytes] of [
    [2_000_000, 8_000_000],
    [8_000_000, 8_000_000],
    [1_000_000, undefined],
  ] as const)
    onProgress({ kind: 'download', repository: 'org/a', file: 'model.safetensors', doneBytes, totalBytes });
  return lines;
}

test('a download is one line that is rewritten on a terminal, and one line at its end', () => {
  expect(shown(true)).toEqual([
    '~  ██████░░░░░░░░░░░░░░░░░░ org/a: model.safetensors, 2.0 of 8.0 MB',
    '[DATA] org/a: model.safetensors, 8.0 MB',
    '~  org/a: model.safetensors, 1.0 MB',
  ]);
  expect(shown(false)).toEqual(['[DATA] org/a: model.safetensors, 8.0 MB']);
});
