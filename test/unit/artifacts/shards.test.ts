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
    'M208',
    /three\.safetensors, which is not in the folder/,
  ],
  ['a path out of the folder', { weight_map: { a: '../one.safetensors' } }, undefined, 'M208', /\.\.\/one/],
  [
    'an absolute path',
    { weight_map: { a: '/etc/one.safetensors' } },
    undefined,
    'M208',
    /must name safetensors files of the same folder/,
  ],
  [
    'a Windows path',
    { weight_map: { a: 'c:\\one.safetensors' } },
    undefined,
    'M208',
    /must name safetensors files/,
  ],
  [
    'a pickle shard',
    { weight_map: { a: 'pytorch_model-1.bin' } },
    undefined,
    'M208',
    /must name safetensors files/,
  ],
  ['a number', { weight_map: { a: 1 } }, undefined, 'M208', /must name safetensors files/],
  [
    'a tensor in the wrong shard',
    { weight_map: { a: 'two.safetensors', b: 'two.safetensors' } },
    undefined,
    'M208',
    /places tensor "a" in two/,
  ],
  [
    'an unlisted tensor',
    { weight_map: { a: 'one.safetensors' } },
    { one: safetensorsFile({ a: entry('U8', [1], 0, 1), x: entry('U8', [1], 1, 2) }, 2) },
    'M208',
    /does not list tensor "x"/,
  ],
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
    { code: 'M208', message: expect.stringMatching(/names two\.safetensors, which is a folder/) },
  ]);
});

test('shards that are links into different folders are refused', async () => {
  const files = folder({ weight_map: { a: 'one.safetensors', b: 'two.safetensors' } });
  files.realPath = async (file) => (file.endsWith('two.safetensors') ? '/elsewhere/two' : file);
  files.contents.set('/elsewhere/two', second);
  const { findings } = await openCheckpoint(files, '/m', { evaluable: false });
  expect(findings[0]).toMatchObject({ code: 'M208', message: expect.stringMatching(/different folders/) });
});
