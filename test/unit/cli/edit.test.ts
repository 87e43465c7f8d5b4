import { expect, test } from 'vitest';
import { runCli } from '../../../engine/cli/main.ts';
import type { CliContext } from '../../../engine/cli/node-context.ts';
import { makeStyle } from '../../../engine/cli/output/terminal.ts';
import { smallGpt2, writeSmallModel } from '../../fixtures/gpt2-checkpoint.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

async function edit(args: readonly string[], cancelled: AbortSignal = new AbortController().signal) {
  const files = new MemoryFiles();
  await writeSmallModel(files, '/m', smallGpt2());
  const lines: string[] = [];
  const context: CliContext = {
    files,
    clock: { now: () => new Date(0), monotonicMs: () => 0 },
    environment: {},
    workingFolder: '/',
    terminal: {
      out: (line) => lines.push(line),
      err: (line) => lines.push(line),
      rewrite: undefined,
      style: makeStyle(false),
    },
    childPath: '/child',
    cancelled,
  };
  const code = await runCli(['edit', ...args, '--model', 'm', '--out', 'out'], context);
  const record = files.contents.has('/out/edit.json')
    ? (JSON.parse(files.text('/out/edit.json')) as { edit: Record<string, unknown>; sha256: string })
    : undefined;
  return { code, text: lines.join('\n'), record };
}

const reference = ['quant_rtn', '--granularity', 'reference'];

test('--group-size and --clamp-ratio reach the kernel', async () => {
  const plain = await edit([...reference, '--bits', '4']);
  const grouped = await edit([...reference, '--bits', '4', '--group-size', '4']);
  const clipped = await edit([...reference, '--bits', '4', '--clamp-ratio', '0.2']);
  expect(plain.record?.edit).toMatchObject({ granularity: 'per-row', group_size: null, clamp_ratio: 0 });
  expect(grouped.record?.edit).toMatchObject({ granularity: 'per-group', group_size: 4, clamp_ratio: 0 });
  expect(clipped.record?.edit).toMatchObject({ granularity: 'per-row', clamp_ratio: 0.2 });
  const digests = [plain, grouped, clipped].map(({ record }) => record?.sha256);
  expect(new Set(digests).size).toBe(3);
});

test.each<[string[], string]>([
  [[...reference, '--group-size', '4'], 'error X608: --group-size'],
  [[...reference, '--bits', '4', '--group-size', '0'], 'error X608: --group-size'],
  [[...reference, '--clamp-ratio', '0.6'], 'error X608: --clamp-ratio'],
  [['quant_rtn', '--group-size', '4', '--bits', '4'], 'error X608: --group-size, --clamp-ratio and'],
  [['quant_rtn', '--max-modules', '4'], 'error X608: --group-size, --clamp-ratio and --max-modules go with'],
  [[...reference, '--max-modules', '0'], 'error X608: --max-modules must be'],
  [['prune', '--sparsity', '.5', '--max-modules', '4'], 'error X610: --max-modules belongs'],
  [['prune', '--sparsity', '.5', '--bits', '4'], 'error X610: --bits belongs to the edit quant_rtn'],
  [['prune', '--sparsity', '.5', '--granularity', 'tensor'], 'error X610: --granularity belongs'],
  [['quant_rtn', '--sparsity', '.5'], 'error X610: --sparsity belongs to the edit prune'],
])('%j is refused', async (args, message) => {
  expect(await edit(args)).toMatchObject({
    code: 2,
    text: expect.stringContaining(message),
    record: undefined,
  });
});

test('a cancelled edit ends with 130', async () => {
  expect(await edit(['quant_rtn'], AbortSignal.abort())).toMatchObject({
    code: 130,
    text: 'error U707: The edit was cancelled; nothing was written.',
    record: undefined,
  });
});
