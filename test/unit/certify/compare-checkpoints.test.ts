import { expect, test } from 'vitest';
import {
  compareCheckpoints,
  type TensorPlace,
  type WeightPlace,
} from '../../../engine/certify/compare-checkpoints.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const place = (file: string, index: number, length: number, dtype = 'F32'): TensorPlace => ({
  dtype,
  shape: [length],
  file,
  offset: index * 4,
  lengthBytes: length * 4,
});

test('counts elements, tensors and layers that differ', async () => {
  const files = new MemoryFiles({ '/a': floats(1, 2, 3, 4, 5, 6), '/b': floats(1, 9, 3, 4, 8, 8) });
  const names = ['wte.weight', 'transformer.h.0.mlp.c_fc.weight', 'transformer.h.1.mlp.c_fc.weight'];
  const side = (file: string) => new Map(names.map((name, index) => [name, place(file, index * 2, 2)]));
  expect(await compareCheckpoints(files, side('/a'), side('/b'))).toEqual({
    paramsChanged: 3,
    tensorsChanged: ['transformer.h.1.mlp.c_fc.weight', 'wte.weight'],
    layersModified: 1,
  });
});

test.each<[string, Map<string, TensorPlace>, Map<string, TensorPlace>, number]>([
  ['equal', new Map([['w', place('/a', 0, 2)]]), new Map([['w', place('/a', 0, 2)]]), 0],
  ['missing in the subject', new Map([['w', place('/a', 0, 2)]]), new Map(), 2],
  ['new in the subject', new Map(), new Map([['w', place('/a', 0, 2)]]), 2],
  ['another dtype', new Map([['w', place('/a', 0, 2)]]), new Map([['w', place('/a', 0, 2, 'I32')]]), 2],
  ['another shape', new Map([['w', place('/a', 0, 2)]]), new Map([['w', place('/a', 0, 3)]]), 3],
])('%s', async (_, baseline, subject, expected) => {
  const files = new MemoryFiles({ '/a': floats(1, 2, 3) });
  expect((await compareCheckpoints(files, baseline, subject)).paramsChanged).toBe(expected);
});

test('a packed matrix counts whole when it is stored in another way, or with another byte', async () => {
  const files = new MemoryFiles({ '/a': floats(1, 2, 3), '/b': floats(1, 2, 4) });
  const packed = (file: string) => ({ shape: [4, 2], parts: new Map([['w.codes', place(file, 1, 2)]]) });
  const changed = async (a: WeightPlace, b: WeightPlace) =>
    (await compareCheckpoints(files, new Map([['w', a]]), new Map([['w', b]]))).paramsChanged;
  expect(await changed(packed('/a'), packed('/a'))).toBe(0);
  expect(await changed(packed('/a'), packed('/b'))).toBe(8);
  expect(await changed(place('/a', 0, 2), packed('/b'))).toBe(8);
  expect(await changed(packed('/a'), place('/b', 0, 2))).toBe(2);
});
