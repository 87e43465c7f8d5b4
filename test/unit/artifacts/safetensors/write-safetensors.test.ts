import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readHeader } from '../../../../engine/artifacts/safetensors/read-header.ts';
import {
  decodeFloats,
  encodeFloats,
  readTensor,
} from '../../../../engine/artifacts/safetensors/read-tensor.ts';
import {
  type TensorSource,
  writeSafetensors,
} from '../../../../engine/artifacts/safetensors/write-safetensors.ts';
import type { TensorFacts } from '../../../../engine/artifacts/tensor-facts.ts';
import { nodeFiles } from '../../../../engine/core/node-files.ts';
import { MemoryFiles } from '../../../fixtures/memory-files.ts';

const model = fileURLToPath(
  new URL('../../../../examples/models/tiny-gpt2/model.safetensors', import.meta.url),
);

test('a rewritten file is equal to the original, whatever order the tensors come in', async () => {
  const header = (await readHeader(nodeFiles, model)).value!;
  const sources = [...header.tensors.values()]
    .reverse()
    .map((tensor): TensorSource => ({ ...tensor, bytes: () => readTensor(nodeFiles, tensor) }));
  const files = new MemoryFiles();
  const written = await writeSafetensors(files, '/out/model.safetensors', sources, header.metadata);
  const original = readFileSync(model);
  expect(written).toEqual({
    sha256: createHash('sha256').update(original).digest('hex'),
    sizeBytes: original.length,
  });
  expect(files.contents.get('/out/model.safetensors')?.length).toBe(original.length);
});

test('names outside ASCII come back', async () => {
  const files = new MemoryFiles();
  const source: TensorSource = {
    name: 'größe "1"\u007f',
    dtype: 'U8',
    shape: [2],
    bytes: async () => Uint8Array.of(1, 2),
  };
  await writeSafetensors(files, '/m.safetensors', [source], new Map([['wer', 'ß']]));
  const { value } = await readHeader(files, '/m.safetensors');
  expect([...(value?.tensors.keys() ?? [])]).toEqual([source.name]);
  expect(value?.metadata).toEqual(
    new Map([
      ['format', 'pt'],
      ['wer', 'ß'],
    ]),
  );
});

test('a tensor whose bytes do not fit its shape is a bug', async () => {
  const source: TensorSource = { name: 'a', dtype: 'F32', shape: [2], bytes: async () => new Uint8Array(4) };
  await expect(writeSafetensors(new MemoryFiles(), '/m', [source])).rejects.toMatchObject({ code: 'U799' });
});

test('a file that shrinks while it is read is an error', async () => {
  const facts: TensorFacts = { name: 'a', dtype: 'F32', shape: [2] };
  const files = new MemoryFiles({ '/m': new Uint8Array(6) });
  const tensor = { ...facts, file: '/m', offset: 0, lengthBytes: 8 };
  await expect(readTensor(files, tensor)).rejects.toMatchObject({ code: 'M234' });
});

test.each(['F32', 'F16', 'BF16'] as const)('%s values survive encoding and decoding', (dtype) => {
  const values = Float32Array.of(0, -0, 1, -2.5, 0.15625, 1024, Number.POSITIVE_INFINITY);
  expect(decodeFloats(encodeFloats(values, dtype), dtype)).toEqual(values);
});
