import { expect, test } from 'vitest';
import { modelIdentity } from '../../../engine/certify/model-identity.ts';
import type { ModelSource } from '../../../engine/models/model-source.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

test('files of one name in two folders are two files', async () => {
  const identityOf = async (data: string) => {
    const files = new MemoryFiles({ '/m/model.onnx': 'x', '/m/a/w.bin': data, '/m/b/w.bin': 'same' });
    const weightFiles = ['/m/model.onnx', '/m/a/w.bin', '/m/b/w.bin'];
    return modelIdentity(files, { folder: '/m', weightFiles } as unknown as ModelSource);
  };
  const [one, other] = [await identityOf('1'), await identityOf('2')];
  expect(Object.keys(one.files)).toEqual(['model.onnx', 'a/w.bin', 'b/w.bin']);
  expect(one.sha256).not.toBe(other.sha256);
});
