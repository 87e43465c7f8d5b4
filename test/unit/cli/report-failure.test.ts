import { expect, test } from 'vitest';
import type { CliContext } from '../../../engine/cli/node-context.ts';
import { reportFailure } from '../../../engine/cli/output/report-failure.ts';
import { makeStyle } from '../../../engine/cli/output/terminal.ts';
import { InvarLockError } from '../../../engine/core/errors.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

function report(error: unknown, environment: Record<string, string> = {}) {
  const lines: string[] = [];
  const context: CliContext = {
    files: new MemoryFiles(),
    clock: { now: () => new Date(0), monotonicMs: () => 0 },
    environment,
    workingFolder: '/',
    terminal: { out: () => {}, err: (line) => lines.push(line), rewrite: undefined, style: makeStyle(false) },
    childPath: '',
    cancelled: new AbortController().signal,
  };
  return { code: reportFailure(context, error), lines };
}

const failure = new InvarLockError('U705', 'It could not be written.', { cause: new Error('no space left') });

test.each([
  ['a failing output', failure, 2, 'error U705: It could not be written.'],
  ['a cancellation', new InvarLockError('U707', 'Stopped.'), 130, 'error U707: Stopped.'],
  ['a time limit', new InvarLockError('U711', 'Late.'), 1, 'error U711: Late.'],
])('%s is one line and exits with its code', (_name, error, code, line) => {
  expect(report(error)).toEqual({ code, lines: [line] });
});

test('INVARLOCK_DEBUG_TRACE adds where it was thrown and why, and a zero does not', () => {
  const { lines } = report(failure, { INVARLOCK_DEBUG_TRACE: '1' });
  expect(lines[1]).toMatch(/report-failure\.test\.ts[\s\S]*caused by: Error: no space left/u);
  expect(report(failure, { INVARLOCK_DEBUG_TRACE: '0' }).lines).toHaveLength(1);
});
