import { expect, test } from 'vitest';
import { ProtobufWriter } from '../../../../engine/artifacts/onnx/protobuf-writer.ts';
import { onnxLimits, readOnnxFile } from '../../../../engine/artifacts/onnx/read-onnx-file.ts';
import { writeOnnxModel } from '../../../../engine/artifacts/onnx/write-onnx-model.ts';
import { MemoryFiles } from '../../../fixtures/memory-files.ts';
import { everythingOnnx, productOnnx } from '../../../fixtures/small-onnx.ts';

const file = '/models/tiny/model.onnx';

async function read(bytes: Uint8Array, limits = onnxLimits) {
  return readOnnxFile(new MemoryFiles({ [file]: bytes }), file, limits);
}

const small = { ...onnxLimits, pieceBytes: 16 };

test.each([
  ['in one piece', onnxLimits],
  ['field by field', { ...small, pieceBytes: 30 }],
])('what was written is read again, %s', async (_, limits) => {
  const { value, findings } = await read(writeOnnxModel(everythingOnnx()), limits);
  expect(findings).toEqual([]);
  expect(value?.model).toEqual(everythingOnnx());
});

test('large tensors stay in the file, small ones do not', async () => {
  const bytes = new Uint8Array(Float32Array.from({ length: 32 }, (_, i) => i).buffer);
  const model = productOnnx({ kind: 'inline', name: 'w', type: 'F32', shape: [4, 8], bytes });
  const written = writeOnnxModel(model);
  expect((await read(written)).value?.model.initializers[0]).toMatchObject({ kind: 'inline', bytes });
  const left = (await read(written, small)).value?.model.initializers[0];
  expect(left).toMatchObject({ kind: 'external', location: 'model.onnx', lengthBytes: 128 });
  const offset = left?.kind === 'external' ? left.offset : 0;
  expect(written.slice(offset, offset + 128)).toEqual(bytes);
});

test('a reader asks for no more than graph and headers', async () => {
  const bytes = new Uint8Array(40 * 1024 * 1024);
  const model = productOnnx({ kind: 'inline', name: 'w', type: 'F32', shape: [1024, 10240], bytes });
  const files = new MemoryFiles({ [file]: writeOnnxModel(model) });
  let asked = 0;
  const open = files.open.bind(files);
  files.open = async (name) => {
    const opened = await open(name);
    const read = (offset: number, length: number) => {
      asked += length;
      return opened.read(offset, length);
    };
    return { ...opened, read };
  };
  const { value } = await readOnnxFile(files, file);
  expect(value?.model.initializers[0]?.kind).toBe('external');
  expect(asked).toBeLessThan(600_000);
});

/** A model whose one initializer is written by hand. */
function withTensor(write: (tensor: ProtobufWriter) => void): Uint8Array {
  return new ProtobufWriter()
    .integer(1, 8)
    .message(7, (graph) => graph.string(2, 'g').message(5, write))
    .message(8, (opset) => opset.integer(2, 17))
    .finish();
}

test.each<[string, (tensor: ProtobufWriter) => void, readonly number[]]>([
  [
    'float_data',
    (t) => t.integer(2, 1).bytes(4, new Uint8Array(Float32Array.of(1, -2).buffer)),
    [0, 0, 128, 63, 0, 0, 0, 192],
  ],
  ['float_data one by one', (t) => t.integer(2, 1).float(4, 1).float(4, -2), [0, 0, 128, 63, 0, 0, 0, 192]],
  ['int32_data of bytes', (t) => t.integer(2, 3).integer(5, -1).integer(5, 2), [255, 2]],
  ['int32_data of halves', (t) => t.integer(2, 10).integer(5, 0x3c00).integer(5, 0xc000), [0, 60, 0, 192]],
  [
    'int64_data packed',
    (t) => t.integer(2, 7).bytes(7, Uint8Array.of(1, 0x80, 1)),
    [1, 0, 0, 0, 0, 0, 0, 0, 128, 0, 0, 0, 0, 0, 0, 0],
  ],
  [
    'uint64_data of 32 bits',
    (t) => t.integer(2, 12).integer(11, 1).integer(11, 0xffffffff),
    [1, 0, 0, 0, 255, 255, 255, 255],
  ],
  ['two dims packed', (t) => t.integer(2, 2).bytes(9, Uint8Array.of(7, 8)), [7, 8]],
])('numbers in fields of their type become bytes: %s', async (_, write, expected) => {
  const { value, findings } = await read(withTensor((tensor) => write(tensor.integer(1, 2).string(8, 't'))));
  expect(findings).toEqual([]);
  expect(value?.model.initializers[0]).toMatchObject({ kind: 'inline', bytes: Uint8Array.from(expected) });
});

const opset = (w: ProtobufWriter) => w.message(8, (o) => o.integer(2, 17));
const named = (t: ProtobufWriter, type: number, size: number) =>
  t.integer(1, size).integer(2, type).string(8, 't');
const varint = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

test.each<[string, string, Uint8Array]>([
  ['nothing', 'M255', new Uint8Array()],
  ['no graph', 'M255', opset(new ProtobufWriter()).finish()],
  ['two graphs', 'M255', opset(new ProtobufWriter().message(7, () => {}).message(7, () => {})).finish()],
  ['no version of the operators', 'M255', new ProtobufWriter().message(7, () => {}).finish()],
  [
    'a node without operator',
    'M255',
    opset(new ProtobufWriter().message(7, (g) => g.message(1, (n) => n.string(1, 'x')))).finish(),
  ],
  [
    'an attribute twice',
    'M255',
    withNode((n) =>
      n.message(5, (a) => a.string(1, 'a').integer(3, 1)).message(5, (a) => a.string(1, 'a').integer(3, 1)),
    ),
  ],
  [
    'a list of tensors as attribute',
    'M255',
    withNode((n) => n.message(5, (a) => a.string(1, 'a').message(10, () => {}))),
  ],
  ['a text file', 'M252', new TextEncoder().encode('version 2 of nothing in particular')],
  ['a Git LFS pointer', 'M241', new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\noid')],
  ['a cut file', 'M250', writeOnnxModel(everythingOnnx()).slice(0, 400)],
  ['a length beyond the file', 'M250', varint('3affffffff0f')],
  ['a length of 2^63', 'M250', varint('3affffffffffffffff7f')],
  ['an endless number', 'M251', varint('08ffffffffffffffffffffffff01')],
  ['a number of 70 bits', 'M251', varint('08ffffffffffffffffff7f')],
  ['a number that is cut', 'M250', varint('08ff')],
  ['a group', 'M252', varint('0b')],
  ['the field 0', 'M252', varint('0001')],
  ['a version as text', 'M252', new ProtobufWriter().string(1, '8').finish()],
  ['a graph as number', 'M252', new ProtobufWriter().integer(7, 8).finish()],
  ['a version beyond 31 bits', 'M251', new ProtobufWriter().integer(1, 2 ** 40).finish()],
  [
    'a name that is no UTF-8',
    'M254',
    opset(new ProtobufWriter().message(7, (g) => g.bytes(2, Uint8Array.of(0xff)))).finish(),
  ],
  [
    'a name of 5000 bytes',
    'M253',
    opset(new ProtobufWriter().message(7, (g) => g.string(2, 'x'.repeat(5000)))).finish(),
  ],
  ['graphs in graphs', 'M253', nested(12)],
  ['an unknown element type', 'M256', withTensor((t) => named(t, 99, 1).bytes(9, new Uint8Array(4)))],
  ['too few bytes', 'M256', withTensor((t) => named(t, 1, 2).bytes(9, new Uint8Array(4)))],
  ['a negative dimension', 'M256', withTensor((t) => named(t, 1, -2).bytes(9, new Uint8Array(8)))],
  [
    'a product of dimensions beyond counting',
    'M256',
    withTensor((t) => named(t, 1, 2 ** 40).integer(1, 2 ** 40)),
  ],
  [
    'a thousand dimensions',
    'M253',
    withTensor((t) => {
      for (let i = 0; i < 1000; i++) t.integer(1, 1);
      named(t, 1, 1).bytes(9, new Uint8Array(4));
    }),
  ],
  ['data of another type', 'M256', withTensor((t) => named(t, 1, 2).integer(7, 1).integer(7, 2))],
  [
    'data in two places',
    'M256',
    withTensor((t) =>
      named(t, 1, 1)
        .bytes(9, new Uint8Array(4))
        .integer(14, 1)
        .message(13, (p) => p.string(1, 'location').string(2, 'w')),
    ),
  ],
  [
    'a segment',
    'M256',
    withTensor((t) =>
      named(t, 1, 1)
        .message(3, () => {})
        .bytes(9, new Uint8Array(4)),
    ),
  ],
  ['sparse weights', 'M256', opset(new ProtobufWriter().message(7, (g) => g.message(15, () => {}))).finish()],
  ['an offset that is no number', 'M260', external('NaN', '4')],
  ['an offset below zero', 'M260', external('-4', '4')],
  ['an offset of 40 digits', 'M260', external('9'.repeat(40), '4')],
  ['a length that does not fit', 'M260', external('0', '5')],
])('%s gives %s', async (_, code, bytes) => {
  for (const limits of [onnxLimits, small]) {
    const { value, findings } = await read(bytes, limits);
    expect(value).toBeUndefined();
    expect(findings.map((finding) => finding.code)).toEqual([code]);
    expect(findings[0]?.file).toBe(file);
  }
});

test('limits of count and size hold', async () => {
  const many = opset(
    new ProtobufWriter().message(7, (graph) => {
      for (let i = 0; i < 2000; i++) graph.message(1, (node) => node.string(4, 'Add'));
    }),
  ).finish();
  const code = async (limits: typeof onnxLimits) => (await read(many, limits)).findings[0]?.code;
  expect(await code(onnxLimits)).toBeUndefined();
  expect(await code({ ...onnxLimits, fields: 1000 })).toBe('M253');
  expect(await code({ ...onnxLimits, skeletonBytes: 1000 })).toBe('M253');
  expect(await code({ ...onnxLimits, fileBytes: 1000 })).toBe('M253');
  expect(await code({ ...small, depth: 0 })).toBe('M253');
});

test('a missing file and a folder are told apart from a damaged one', async () => {
  const files = new MemoryFiles({ [`${file}/x`]: 'x' });
  expect((await readOnnxFile(files, file)).findings[0]?.code).toBe('M272');
  expect((await readOnnxFile(files, '/models/other.onnx')).findings[0]?.code).toBe('U703');
});

function withNode(write: (node: ProtobufWriter) => void): Uint8Array {
  return opset(
    new ProtobufWriter().message(7, (g) => g.message(1, (n) => write(n.string(4, 'Op')))),
  ).finish();
}

function nested(depth: number): Uint8Array {
  const graph =
    (level: number) =>
    (g: ProtobufWriter): void => {
      if (level > 0)
        g.message(1, (n) =>
          n.string(4, 'If').message(5, (a) => a.string(1, 'then_branch').message(6, graph(level - 1))),
        );
    };
  return opset(new ProtobufWriter().message(7, graph(depth))).finish();
}

function external(offset: string, length: string): Uint8Array {
  return withTensor((tensor) => {
    named(tensor, 1, 1).integer(14, 1);
    for (const [key, value] of Object.entries({ location: 'w.bin', offset, length }))
      tensor.message(13, (pair) => pair.string(1, key).string(2, value));
  });
}

test('packed lists of numbers count too, so that they cannot fill the memory', async () => {
  const list = new Uint8Array(1000).fill(1);
  const bytes = withTensor((tensor) => tensor.integer(1, 1000).integer(2, 3).bytes(5, list));
  const within = await read(bytes, { ...onnxLimits, fields: 300 });
  expect(within.value?.model.initializers[0]).toMatchObject({ kind: 'inline', bytes: list });
  const { findings } = await read(bytes, { ...onnxLimits, fields: 200 });
  expect(findings.map(({ code }) => code)).toEqual(['M253']);
});
