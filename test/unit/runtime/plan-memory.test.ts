import { describe, expect, test } from 'vitest';
import { engineMemoryBytes } from '../../../engine/runtime/engine-memory.ts';
import { type ModelFacts, planMemory } from '../../../engine/runtime/plan-memory.ts';

const mebibyte = 2 ** 20;

/** The shape of GPT-2 with 124 million parameters. */
const gpt2: ModelFacts = {
  name: 'baseline',
  weightBytes: 498_000_000,
  width: 768,
  innerWidth: 3072,
  heads: 12,
  vocabSize: 50_257,
  castBytes: 0,
};
const subject: ModelFacts = { ...gpt2, name: 'subject' };

describe('the plan', () => {
  test('plenty of memory: the usual rows, and no remark', () => {
    const { value, findings } = planMemory([gpt2, subject], 512, 16_000 * mebibyte);
    expect(findings).toEqual([]);
    expect(value).toMatchObject({ rowsPerChunk: 128, mappedBytes: 498_000_000 });
  });

  test('an unknown amount of memory is taken for enough', () => {
    expect(planMemory([gpt2], 512, undefined)).toMatchObject({ value: { rowsPerChunk: 128 }, findings: [] });
  });

  test('the larger model counts, and both get the same rows', () => {
    const wide = { ...subject, vocabSize: 256_000 };
    const alone = planMemory([wide], 512, undefined).value;
    const both = planMemory([gpt2, wide], 512, undefined).value;
    expect(both).toEqual(alone);
  });

  test.each([
    ['longer windows', { tokens: 2048 }],
    ['a larger vocabulary', { vocabSize: 256_000 }],
    ['more heads', { heads: 64 }],
    ['wider blocks', { innerWidth: 16_384 }],
    ['weights that are converted', { castBytes: 400 * mebibyte }],
    ['a head whose rows all exist at once', { isHeadWhole: true }],
  ])('%s need more', (_, { tokens = 512, ...change }: Partial<ModelFacts> & { tokens?: number }) => {
    const peak = (facts: ModelFacts, length: number) =>
      planMemory([facts], length, undefined).value?.expectedPeakBytes ?? 0;
    expect(peak({ ...gpt2, ...change }, tokens)).toBeGreaterThan(peak(gpt2, 512));
  });
});

test('a run is planned with what its engine may hold, and small machines are not ruled out', () => {
  expect(engineMemoryBytes(10_000 * mebibyte)).toBe(9_000 * mebibyte);
  expect(engineMemoryBytes(100 * mebibyte)).toBe(1024 * mebibyte);
});

describe('little memory', () => {
  const wide = { ...subject, vocabSize: 256_000, weightBytes: 100 * mebibyte };
  const peak = (rows: number) => 100 * mebibyte + 4 * (2 * 512 * 768 + 3 * rows * 256_000 + 512 * 768);

  test.each([64, 32, 16])('rows are lowered to %i where that is enough', (rows) => {
    const { value, findings } = planMemory([wide], 512, peak(rows) + 100);
    expect(value).toMatchObject({ rowsPerChunk: rows, expectedPeakBytes: peak(rows) });
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'R434', severity: 'note', actual: rows }),
    );
  });

  test('what does not fit at all is refused before the start, with both numbers', () => {
    const { value, findings } = planMemory([gpt2, { ...subject, heads: 64 }], 4096, 4000 * mebibyte);
    expect(value).toBeUndefined();
    expect(findings).toMatchObject([{ code: 'R430', severity: 'error' }]);
    expect(findings[0]?.message).toMatch(
      /^The subject needs about \d{5} MiB of memory for a window of 4096 tokens, and 4000 MiB are available\./u,
    );
  });

  test('weights that do not fit beside it make a slow run, not an impossible one', () => {
    const large = { ...gpt2, weightBytes: 15_000 * mebibyte };
    const { value, findings } = planMemory([large, subject], 512, 8000 * mebibyte);
    expect(value?.rowsPerChunk).toBe(128);
    expect(findings).toMatchObject([{ code: 'R432', severity: 'warning' }]);
    expect(findings[0]?.message).toContain('The weights of the baseline take 15000 MiB');
  });
});
