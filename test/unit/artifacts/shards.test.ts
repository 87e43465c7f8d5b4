import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../engine/artifacts/checkpoint.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';
import { entry, safetensorsFile } from '../../fixtures/safetensors-file.ts';

const first = safetensorsFile({ a: entry('U8', [2], 0, 2) }, 2);
const second = safetensorsFile({ b: entry('U8', [3], 0, 3) }, 3);

function folder(
  index: unknown,
  shards: Record<string, Uint8Array> = { one: first, two: second },
): MemoryFiles {
  const files = new MemoryFiles({
    '/m/config.json': '{"model_type":"x"}',
    '/m/model.safetensors.index.json': typeof index === 'string' ? index : JSON.stringify(index),
  });
  for (const [name, content] of Object.entries(shards)) files.contents.set(`/m/${name}.safetensors`, content);
  return files;
}

test('the tensors of all shards are found', async () => {
  const files = folder({ metadata: {}, weight_map: { a: 'one.safetensors', b: 'two.safetensors' } });
  const { value, findings } = await openCheckpoint(files, '/m', { evaluable: false });
  expect(findings).toEqual([]);
  expect(value).toMatchObject({
    weightFiles: ['/m/one.safetensors', '/m/two.safetensors'],
    parameterCount: 5,
  });
  expect(value?.tensors.get('b')?.file).toBe('/m/two.safetensors');
});

const broken: [string, unknown, Record<string, Uint8Array> | undefined, string, RegExp][] = [
  ['text', 'no', undefined, 'M208', /not valid JSON/],
  ['no weight_map', {}, undefined, 'M208', /no weight_map/],
  ['an empty weight_map', { weight_map: {} }, undefined, 'M208', /no weight_map/],
  [
    'a missing shard',
    { weight_map: { a: 'one.safetensors', c: 'three.safetensors' } },
    undefined,
    'M275',
    /three\.safetensors, which is not in the folder/,
  ],
  ['a path out of the folder', { weight_map: { a: '../one.safetensors' } }, undefined, 'M274', /\.\.\/one/],
  [
    'an absolute path',
    { weight_map: { a: '/etc/one.safetensors' } },
    undefined,
    'M274',
    /must name safetensors files of the same folder/,
  ],
  [
    'a Windows path',
    { weight_map: { a: 'c:\\one.safetensors' } },
    undefined,
    'M274',
    /must name safetensors files/,
  ],
  [
    'a pickle shard',
    { weight_map: { a: 'pytorch_model-1.bin' } },
    undefined,
    'M274',
    /must name safetensors files/,
  ],
  ['a number', { weight_map: { a: 1 } }, undefined, 'M274', /must name safetensors files/],
  [
    'a tensor in the wrong shard',
    { weight_map: { a: 'two.safetensors', b: 'two.safetensors' } },
    undefined,
    'M276',
    /places tensor "a" in two/,
  ],
  [
    'an unlisted tensor',
    { weight_map: { a: 'one.safetensors' } },
    { one: safetensorsFile({ a: entry('U8', [1], 0, 1), x: entry('U8', [1], 1, 2) }, 2) },
    'M277',
    /does not list tensor "x"/,
  ],
  [
    'a tensor in two shards',
    { weight_map: { a: 'one.safetensors', b: 'two.safetensors' } },
    {
      one: first,
      two: safetensorsFile({ a: entry('U8', [1], 0, 1), b: entry('U8', [1], 1, 2) }, 2),
    },
    'M278',
    /"a" in one\.safetensors, but two\.safetensors has one/,
  ],
  [
    'a key twice',
    '{"weight_map":{"a":"one.safetensors","a":"two.safetensors"}}',
    undefined,
    'M279',
    /key "a" twice/,
  ],
  ['deep nesting', `{"weight_map":${'['.repeat(100_000)}`, undefined, 'M208', /levels deep/],
  ['an escaped path', { weight_map: { a: '..%2fone.safetensors' } }, undefined, 'M274', /%2f/],
  ['a hidden file', { weight_map: { a: '.safetensors' } }, undefined, 'M274', /"\.safetensors"/],
  [
    'a truncated shard',
    { weight_map: { a: 'one.safetensors' } },
    { one: first.subarray(0, first.length - 1) },
    'M234',
    /one\.safetensors/,
  ],
];

test.each(broken)('an index with %s is refused', async (_, index, shards, code, message) => {
  const { value, findings } = await openCheckpoint(folder(index, shards), '/m', { evaluable: false });
  expect(value).toBeUndefined();
  expect(findings[0]).toMatchObject({ code, message: expect.stringMatching(message) });
});

test('a shard that is a folder is called one', async () => {
  const files = folder({ weight_map: { a: 'one.safetensors', b: 'two.safetensors' } }, { one: first });
  files.contents.set('/m/two.safetensors/inside', second);
  const { findings } = await openCheckpoint(files, '/m', { evaluable: false });
  expect(findings).toMatchObject([
    { code: 'M272', message: expect.stringMatching(/two\.safetensors: it is a folder/) },
  ]);
});

test('links of a download cache are followed, links that leave the model are refused', async () => {
  const files = folder({ weight_map: { a: 'one.safetensors', b: 'two.safetensors' } });
  const blobs = { '/m/one.safetensors': '/cache/x/blobs/1', '/m/two.safetensors': '/cache/x/blobs/2' };
  files.contents.set('/cache/x/blobs/1', first).set('/cache/x/blobs/2', second);
  const linked = (snapshot: string) => async (file: string) =>
    (blobs as Record<string, string>)[file] ?? (file === '/m' ? snapshot : file);

  files.realPath = linked('/cache/x/snapshots/rev');
  const cached = await openCheckpoint(files, '/m', { evaluable: false });
  expect(cached.findings).toEqual([]);
  expect(cached.value?.weightFiles).toEqual(['/cache/x/blobs/1', '/cache/x/blobs/2']);

  files.realPath = linked('/elsewhere/m');
  const { findings } = await openCheckpoint(files, '/m', { evaluable: false });
  expect(findings.map((finding) => finding.code)).toEqual(['M270', 'M270']);
});

test('shards that lie in different folders are refused', async () => {
  const files = folder({ weight_map: { a: 'one.safetensors', b: 'two.safetensors' } });
  files.realPath = async (file) => (file.endsWith('two.safetensors') ? '/m/deeper/two' : file);
  files.contents.set('/m/deeper/two', second);
  const { findings } = await openCheckpoint(files, '/m', { evaluable: false });
  expect(findings[0]).toMatchObject({ code: 'M208', message: expect.stringMatching(/different folders/) });
});
