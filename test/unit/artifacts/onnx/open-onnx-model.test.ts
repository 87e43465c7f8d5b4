import { linkSync, mkdirSync, realpathSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { OnnxInitializer, OnnxModel } from '../../../../engine/artifacts/onnx/onnx-model.ts';
import { openOnnxModel } from '../../../../engine/artifacts/onnx/open-onnx-model.ts';
import { writeOnnxModel } from '../../../../engine/artifacts/onnx/write-onnx-model.ts';
import { nodeFiles } from '../../../../engine/core/node-files.ts';
import { MemoryFiles } from '../../../fixtures/memory-files.ts';
import { productOnnx } from '../../../fixtures/small-onnx.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const root = realpathSync(temporaryFolder('onnx-data'));

function external(location: string, offset = 0): OnnxInitializer {
  return { kind: 'external', name: 'w', type: 'F32', shape: [2, 2], location, offset, lengthBytes: 16 };
}

function write(file: string, model: OnnxModel): string {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, writeOnnxModel(model));
  return file;
}

const codesOf = async (file: string) =>
  (await openOnnxModel(nodeFiles, file)).findings.map(({ code }) => code);

test.each([
  ['w.bin', 'w.bin'],
  ['./w.bin', 'w.bin'],
  ['data/w.bin', 'data/w.bin'],
])('data in %s is found', async (location, relative) => {
  const folder = path.join(root, `good-${location.replaceAll('/', '_')}`);
  const file = write(path.join(folder, 'model.onnx'), productOnnx(external(location, 4)));
  mkdirSync(path.join(folder, 'data'), { recursive: true });
  writeFileSync(path.join(folder, location), new Uint8Array(20));
  const { value, findings } = await openOnnxModel(nodeFiles, file);
  expect(findings).toEqual([]);
  expect(value?.files).toEqual([file, path.join(folder, relative)]);
  const [tensor] = value?.model.initializers ?? [];
  if (tensor?.kind !== 'external' || !value) throw new Error('not external');
  expect(path.join(value.weightsFolder, tensor.location)).toBe(path.join(folder, relative));
});

const outside = path.join(root, 'outside.bin');
writeFileSync(outside, new Uint8Array(64));

test.each([
  ['', 'M257'],
  ['../outside.bin', 'M257'],
  ['data/../../outside.bin', 'M257'],
  ['data//w.bin', 'M257'],
  ['/etc/hostname', 'M257'],
  ['//server/share/w.bin', 'M257'],
  ['C:/w.bin', 'M257'],
  ['c:w.bin', 'M257'],
  ['w.bin:stream', 'M257'],
  ['..\\outside.bin', 'M257'],
  ['\\\\server\\share\\w.bin', 'M257'],
  ['w\u0000.bin', 'M257'],
  ['x'.repeat(2000), 'M257'],
  ['*/_ORT_MEM_ADDR_/*', 'M261'],
  ['*/_ORT_NATIVE_ENDIAN_MEM_ADDR_/*', 'M261'],
  ['missing.bin', 'M259'],
  ['folder', 'M259'],
  ['short.bin', 'M260'],
  ['link.bin', 'M258'],
  ['linked-folder/outside.bin', 'M258'],
  ['second-name.bin', 'M259'],
])('data in %j is refused with %s', async (location, code) => {
  const folder = path.join(root, 'bad');
  mkdirSync(path.join(folder, 'folder'), { recursive: true });
  const make = (name: string, how: (file: string) => void): void => {
    try {
      how(path.join(folder, name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  };
  make('short.bin', (file) => writeFileSync(file, new Uint8Array(15)));
  make('link.bin', (file) => symlinkSync(outside, file));
  make('linked-folder', (file) => symlinkSync(root, file));
  make('second-name.bin', (file) => linkSync(outside, file));
  const file = write(path.join(folder, 'model.onnx'), productOnnx(external(location)));
  expect(await codesOf(file)).toEqual([code]);
});

test('a model that is a link out of its folder is refused, and one that cannot be opened is an error', async () => {
  const file = path.join(root, 'linked', 'model.onnx');
  mkdirSync(path.dirname(file));
  symlinkSync(write(path.join(root, 'elsewhere.onnx'), productOnnx(external('outside.bin'))), file);
  expect(await codesOf(file)).toEqual(['M270']);
  const files = new MemoryFiles({
    '/m/model.onnx': writeOnnxModel(productOnnx(external('w.bin'))),
    '/m/w.bin': 'x',
  });
  const open = files.open.bind(files);
  files.open = (name) =>
    name.endsWith('w.bin') ? Promise.reject(new Error('input/output error')) : open(name);
  await expect(openOnnxModel(files, '/m/model.onnx')).rejects.toThrow('input/output error');
});

test('a model of three gigabytes is opened where it lies', async () => {
  const file = path.join(root, 'large.onnx');
  const [rows, columns] = [3 << 10, 1 << 18];
  const size = 4 * rows * columns;
  // A graph with one weight, written up to where its data begins; the rest of the file is a hole.
  const varint = (value: number): number[] =>
    value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
  const tensor = [8, ...varint(rows), 8, ...varint(columns), 16, 1, 66, 1, 0x77, 74, ...varint(size)];
  const graph = [42, ...varint(tensor.length + size), ...tensor];
  const start = [8, 8, 66, 2, 16, 17, 58, ...varint(graph.length + size), ...graph];
  writeFileSync(file, Uint8Array.from(start));
  truncateSync(file, start.length + size);
  const { value, findings } = await openOnnxModel(nodeFiles, file);
  expect(findings).toEqual([]);
  expect(value?.model.initializers).toEqual([
    {
      kind: 'external',
      name: 'w',
      type: 'F32',
      shape: [rows, columns],
      location: 'large.onnx',
      offset: start.length,
      lengthBytes: size,
    },
  ]);
});

test('data in the model itself is checked like any other', async () => {
  const file = path.join(root, 'self', 'model.onnx');
  write(file, productOnnx(external('model.onnx', 3)));
  expect(await codesOf(file)).toEqual([]);
  write(file, productOnnx(external('model.onnx', 1 << 20)));
  expect(await codesOf(file)).toEqual(['M260']);
});

test('a download cache of links into one folder is followed', async () => {
  const cache = path.join(root, 'cache');
  const snapshot = path.join(cache, 'snapshots', 'abc', 'onnx');
  mkdirSync(snapshot, { recursive: true });
  write(path.join(cache, 'blobs', '11aa'), productOnnx(external('model.onnx_data')));
  writeFileSync(path.join(cache, 'blobs', '22bb'), new Uint8Array(16));
  symlinkSync('../../../blobs/11aa', path.join(snapshot, 'model.onnx'));
  symlinkSync('../../../blobs/22bb', path.join(snapshot, 'model.onnx_data'));
  const { value, findings } = await openOnnxModel(nodeFiles, path.join(snapshot, 'model.onnx'));
  expect(findings).toEqual([]);
  expect(value?.weightsFolder).toBe(path.join(cache, 'blobs'));
  expect(value?.model.initializers[0]).toMatchObject({ location: '22bb' });
});

test('a tensor with wild external data hidden in a branch or a function is found', async () => {
  const wild = { kind: 'tensor', value: external('../outside.bin') } as const;
  const constant = { name: 'c', op: 'Constant', inputs: [], outputs: ['c'], attributes: { value: wild } };
  const body = { graphName: 'b', nodes: [constant], initializers: [], inputs: [], outputs: [] };
  const model = productOnnx({ ...external('x'), kind: 'inline', bytes: new Uint8Array(16) });
  const branch = {
    name: 'if',
    op: 'If',
    inputs: ['x'],
    outputs: ['z'],
    attributes: { else_branch: { kind: 'graph', value: body } },
  } as const;
  const definition = {
    name: 'F',
    domain: 'mine',
    overload: '',
    inputs: [],
    outputs: ['c'],
    attributes: [],
    attributeDefaults: {},
    nodes: [constant],
    opsets: { '': 17 },
  };
  for (const hidden of [
    { ...model, nodes: [branch] },
    { ...model, functions: [definition] },
  ]) {
    const files = new MemoryFiles({ '/m/model.onnx': writeOnnxModel(hidden) });
    expect((await openOnnxModel(files, '/m/model.onnx')).findings.map(({ code }) => code)).toEqual(['M257']);
  }
});

test.each([
  ['', 'MatMul', []],
  ['ai.onnx', 'MatMul', []],
  ['com.microsoft', 'MatMulNBits', []],
  ['mine', 'Twice', []],
  ['mine', 'Thrice', ['M262']],
  ['ai.onnx.contrib', 'BpeDecoder', ['M262']],
  ['org.pytorch.aten', 'ATen', ['M262']],
])('an operator of the domain %j: %s', async (domain, op, codes) => {
  const model = productOnnx({ ...external('x'), kind: 'inline', bytes: new Uint8Array(16) });
  const twice = {
    name: 'Twice',
    domain: 'mine',
    overload: '',
    inputs: ['a'],
    outputs: ['b'],
    attributes: [],
    attributeDefaults: {},
    nodes: [],
    opsets: {},
  };
  const node = { name: 'n', op, domain, inputs: ['x'], outputs: ['y'], attributes: {} };
  const files = new MemoryFiles({
    '/m/model.onnx': writeOnnxModel({ ...model, nodes: [node], functions: [twice] }),
  });
  expect((await openOnnxModel(files, '/m/model.onnx')).findings.map(({ code }) => code)).toEqual(codes);
});
