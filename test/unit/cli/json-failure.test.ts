import { describe, expect, test } from 'vitest';
import { runCli } from '../../../engine/cli/main.ts';
import { makeStyle } from '../../../engine/cli/output/terminal.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

async function run(argv: readonly string[], files: Readonly<Record<string, string>> = {}) {
  const out: string[] = [];
  const code = await runCli(argv, {
    files: new MemoryFiles(files),
    clock: { now: () => new Date(0), monotonicMs: () => 0 },
    environment: {},
    workingFolder: '/project',
    terminal: { out: (line) => out.push(line), err: () => {}, rewrite: undefined, style: makeStyle(false) },
    childPath: '/nowhere',
    cancelled: new AbortController().signal,
  });
  return { code, out };
}

describe('with --json a command that fails before its own envelope prints one error-v1 object', () => {
  const check = async (argv: readonly string[], code: string, category: string, exitCode: number) => {
    const result = await run([...argv, '--json']);
    expect(result.code).toBe(exitCode);
    expect(result.out).toHaveLength(1);
    const envelope = JSON.parse(result.out[0] ?? '');
    expect(envelope).toMatchObject({
      format_version: 'error-v1',
      error: { code, category, recoverable: false, context: { message: expect.stringMatching(/\w/) } },
      resolution: { exit_code: exitCode },
    });
    expect(envelope.findings[0]).toMatchObject({ code, severity: 'error' });
  };
  test('for an option that does not exist', () => check(['run', '--confg', 'x'], 'U701', 'USAGE', 2));
  test('for a command that does not exist', () => check(['certfy'], 'U701', 'USAGE', 2));
  test('for a file that is missing', () => check(['run', '-c', 'x.yaml'], 'U703', 'FILE-NOT-FOUND', 2));
  test('for a report that is missing', () =>
    check(['report', 'explain', '--report', 'a', '--baseline', 'b'], 'U703', 'FILE-NOT-FOUND', 1));
  test('for a name that explains nothing', () =>
    check(['plugins', 'list', '--explain', 'NOPE'], 'U701', 'USAGE', 1));
  test('for something that is thrown', () =>
    check(['edit', 'quant_rtn', '--model', 'a', '--out', 'b', '--bits', '99'], 'X602', 'EDIT-BITS', 2));
});

test('an envelope of its own stays alone', async () => {
  const { code, out } = await run(['config', 'check', 'x.yaml', '--json'], { '/project/x.yaml': 'sed: 1\n' });
  expect(code).toBe(2);
  expect(out.map((line) => JSON.parse(line).format_version)).toEqual(['config-check-v1']);
});

test('without --json standard output stays empty', async () => {
  expect(await run(['run', '-c', 'x.yaml'])).toEqual({ code: 2, out: [] });
});
