import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readHeader } from '../../../../engine/artifacts/safetensors/read-header.ts';
import { MemoryFiles } from '../../../fixtures/memory-files.ts';
import { entry, safetensorsFile } from '../../../fixtures/safetensors-file.ts';

const file = '/m/model.safetensors';

async function codesOf(content: Uint8Array): Promise<string[]> {
  const { value, findings } = await readHeader(new MemoryFiles({ [file]: content }), file);
  expect(value === undefined).toBe(findings.length > 0);
  for (const finding of findings) expect(finding.message.startsWith('model.safetensors: ')).toBe(true);
  return findings.map((finding) => finding.code);
}

/** A header length without the header. */
function onlyLength(length: bigint, rest = 0): Uint8Array {
  const bytes = new Uint8Array(8 + rest);
  new DataView(bytes.buffer).setBigUint64(0, length, true);
  return bytes;
}

const tensor = '"dtype":"F32","shape":[1]';

const broken: [string, Uint8Array, string[]][] = [
  ['an empty file', new Uint8Array(), ['M220']],
  ['seven bytes', new Uint8Array(7), ['M220']],
  [
    'a Git LFS pointer',
    new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n'),
    ['M241'],
  ],
  ['a header of 100,000,001 bytes', onlyLength(100_000_001n), ['M221']],
  ['a header length of 2^64 - 1', onlyLength(0xffff_ffff_ffff_ffffn), ['M221']],
  ['a header that the file cuts off', onlyLength(100n, 99), ['M222']],
  ['an empty header', safetensorsFile(''), ['M223']],
  ['a header that is a list', safetensorsFile('[]'), ['M223']],
  ['a space before the header', safetensorsFile(' {}'), ['M223']],
  ['bytes that are no UTF-8', safetensorsFile(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), ['M224']],
  ['an unclosed object', safetensorsFile('{"a":'), ['M225']],
  ['an unclosed string', safetensorsFile('{"a'), ['M225']],
  ['text after the object', safetensorsFile('{}{}'), ['M225']],
  ['a trailing comma', safetensorsFile(`{"a":{${tensor},"data_offsets":[0,4]},}`, 4), ['M225']],
  ['NaN as an offset', safetensorsFile(`{"a":{${tensor},"data_offsets":[0,NaN]}}`, 4), ['M225']],
  ['nesting without end', safetensorsFile(`{"a":${'['.repeat(100_000)}`), ['M225']],
  [
    'a tensor twice',
    safetensorsFile(`{"a":{${tensor},"data_offsets":[0,4]},"a":{${tensor},"data_offsets":[0,4]}}`, 4),
    ['M226'],
  ],
  [
    'a tensor twice, once escaped',
    safetensorsFile(`{"a":{${tensor},"data_offsets":[0,4]},"\\u0061":{${tensor},"data_offsets":[4,8]}}`, 8),
    ['M226'],
  ],
  ['a field twice', safetensorsFile(`{"a":{${tensor},"data_offsets":[0,4],"dtype":"I32"}}`, 4), ['M226']],
  ['metadata that is a list', safetensorsFile({ __metadata__: [] }), ['M227']],
  ['metadata with a number', safetensorsFile({ __metadata__: { a: 'b', n: 1 } }), ['M227']],
  ['a tensor that is a number', safetensorsFile({ a: 1 }), ['M228']],
  ['a tensor without dtype', safetensorsFile({ a: { shape: [1], data_offsets: [0, 4] } }, 4), ['M228']],
  ['a tensor without shape', safetensorsFile({ a: { dtype: 'F32', data_offsets: [0, 4] } }, 4), ['M228']],
  ['a tensor without offsets', safetensorsFile({ a: { dtype: 'F32', shape: [1] } }, 4), ['M228']],
  [
    'three offsets',
    safetensorsFile({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4, 8] } }, 8),
    ['M228'],
  ],
  ['a negative size', safetensorsFile({ a: entry('F32', [-1], 0, 4) }, 4), ['M228']],
  ['a fractional size', safetensorsFile({ a: entry('F32', [1.5], 0, 6) }, 6), ['M228']],
  ['an exponent in an offset', safetensorsFile(`{"a":{${tensor},"data_offsets":[0,4e0]}}`, 4), ['M228']],
  [
    'an offset that a double cannot hold',
    safetensorsFile(`{"a":{${tensor},"data_offsets":[0,9007199254740993]}}`, 4),
    ['M228'],
  ],
  ['offsets the wrong way round', safetensorsFile({ a: entry('F32', [1], 4, 0) }, 4), ['M228']],
  ['an unknown dtype', safetensorsFile({ a: entry('FLOAT', [1], 0, 4) }, 4), ['M229']],
  ['a dtype that every object has', safetensorsFile({ a: entry('constructor', [1], 0, 4) }, 4), ['M229']],
  ['a range too short for the shape', safetensorsFile({ a: entry('F32', [2, 2], 0, 12) }, 12), ['M230']],
  ['a range too long for the shape', safetensorsFile({ a: entry('F16', [2], 0, 8) }, 8), ['M230']],
  [
    'a shape that overflows',
    safetensorsFile({ a: entry('F32', [4294967296, 4294967296], 0, 4) }, 4),
    ['M231'],
  ],
  [
    'a shape that overflows to zero in 64 bits',
    safetensorsFile({ a: entry('U8', [4294967296, 4294967296, 0, 3], 0, 4) }, 4),
    ['M230'],
  ],
  ['a hole at the start', safetensorsFile({ a: entry('F32', [1], 4, 8) }, 8), ['M232']],
  [
    'a hole in the middle',
    safetensorsFile({ a: entry('F32', [1], 0, 4), b: entry('F32', [1], 8, 12) }, 12),
    ['M232'],
  ],
  [
    'overlapping tensors',
    safetensorsFile({ a: entry('F32', [2], 0, 8), b: entry('F32', [1], 4, 8) }, 8),
    ['M233'],
  ],
  [
    'one tensor inside another',
    safetensorsFile({ a: entry('F32', [4], 0, 16), b: entry('F32', [1], 4, 8) }, 16),
    ['M233'],
  ],
  [
    'the same range twice',
    safetensorsFile({ a: entry('F32', [1], 0, 4), b: entry('F32', [1], 0, 4) }, 4),
    ['M233'],
  ],
  ['missing data', safetensorsFile({ a: entry('F32', [2], 0, 8) }, 7), ['M234']],
  [
    'wild offsets',
    safetensorsFile({ a: entry('U8', [1_000_000_000_000], 0, 1_000_000_000_000) }, 4),
    ['M234'],
  ],
  ['bytes after the last tensor', safetensorsFile({ a: entry('F32', [1], 0, 4) }, 5), ['M235']],
  ['data without a tensor', safetensorsFile({}, 1), ['M235']],
  ['half a byte', safetensorsFile({ a: entry('F4', [3], 0, 2) }, 2), ['M236']],
];

test.each(broken)('%s is refused', async (_, content, expected) => {
  expect(await codesOf(content)).toEqual(expected);
});

const sound: [string, Uint8Array, number][] = [
  ['no tensors', safetensorsFile({}), 0],
  ['padding after the object', safetensorsFile('{}      '), 0],
  ['a scalar', safetensorsFile({ a: entry('F64', [], 0, 8) }, 8), 1],
  ['an empty tensor', safetensorsFile({ a: entry('F32', [0, 5], 0, 0), b: entry('U8', [1], 0, 1) }, 1), 2],
  [
    'tensors out of order',
    safetensorsFile({ b: entry('BF16', [2], 4, 8), a: entry('F32', [1], 0, 4) }, 8),
    2,
  ],
  ['a name that objects reserve', safetensorsFile(`{"__proto__":{${tensor},"data_offsets":[0,4]}}`, 4), 1],
  [
    'packed small elements',
    safetensorsFile({ a: entry('F4', [4], 0, 2), b: entry('F6_E2M3', [4], 2, 5) }, 5),
    2,
  ],
];

test.each(sound)('%s is accepted', async (_, content, count) => {
  const { value, findings } = await readHeader(new MemoryFiles({ [file]: content }), file);
  expect(findings).toEqual([]);
  expect(value?.tensors.size).toBe(count);
});

test('offsets count from the start of the file', async () => {
  const content = safetensorsFile(
    { a: entry('U8', [3], 0, 3), b: entry('U8', [2], 3, 5) },
    Uint8Array.of(1, 2, 3, 4, 5),
  );
  const { value } = await readHeader(new MemoryFiles({ [file]: content }), file);
  const b = value?.tensors.get('b');
  expect(content.subarray(b?.offset, (b?.offset ?? 0) + (b?.lengthBytes ?? 0))).toEqual(Uint8Array.of(4, 5));
});

test('a missing file is a finding', async () => {
  const { value, findings } = await readHeader(new MemoryFiles(), file);
  expect(value).toBeUndefined();
  expect(findings.map((finding) => finding.code)).toEqual(['U703']);
});

test('only the header is read', async () => {
  const files = new MemoryFiles({
    [file]: safetensorsFile({ a: entry('U8', [100_000], 0, 100_000) }, 100_000),
  });
  let read = 0;
  const { readBytes } = files;
  files.readBytes = async (name, range) => {
    const bytes = await readBytes.call(files, name, range);
    read += bytes.length;
    return bytes;
  };
  await readHeader(files, file);
  expect(read).toBeLessThan(200);
});

test('a hostile header has a bounded number of findings', async () => {
  const header = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`t${i}`, 1]));
  expect(await codesOf(safetensorsFile(header))).toHaveLength(20);
});

test('any bytes give a header or findings, never an error', async () => {
  const valid = safetensorsFile(
    { __metadata__: { format: 'pt' }, a: entry('F32', [2], 0, 8), b: entry('I8', [3], 8, 11) },
    11,
  );
  const mutated = fc
    .array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
    .map((changes) => {
      const bytes = valid.slice();
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
  const cut = fc.nat(valid.length).map((length) => valid.slice(0, length));
  await fc.assert(
    fc.asyncProperty(fc.oneof(mutated, cut, fc.uint8Array({ maxLength: 64 })), async (content) => {
      const codes = await codesOf(content);
      for (const code of codes) expect(code).toMatch(/^M2[23]\d$/);
    }),
    { numRuns: 2000, seed: 7 },
  );
});

test('whatever is accepted covers the file exactly', async () => {
  const sizes = fc.array(fc.nat(5), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(sizes, fc.integer({ min: -2, max: 2 }), async (lengths, slip) => {
      let at = 0;
      const header: Record<string, object> = {};
      for (const [i, length] of lengths.entries()) {
        header[`t${i}`] = entry('U8', [length], at, at + length);
        at += length;
      }
      const codes = await codesOf(safetensorsFile(header, Math.max(0, at + slip)));
      const expected = Math.max(0, at + slip) - at;
      expect(codes).toEqual(expected < 0 ? ['M234'] : expected > 0 ? ['M235'] : []);
    }),
    { numRuns: 300, seed: 11 },
  );
});
