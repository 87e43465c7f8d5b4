import { expect, test } from 'vitest';
import { fuzzOnnxReader } from '../../fuzz/onnx-reader.ts';

// A short run with seeds that stay; `node scripts/fuzz.mjs onnx-reader` goes on for as long as one likes.
test.each([1, 2, 3])('no bytes break the reader of ONNX models: seed %d', async (seed) => {
  const { steps } = await fuzzOnnxReader({ seed, goesOn: (files) => files < 60 });
  expect(steps).toBe(720);
});
