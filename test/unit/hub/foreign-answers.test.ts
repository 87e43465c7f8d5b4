import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDatasetCard } from '../../../engine/hub/dataset-card.ts';
import { globMatcher } from '../../../engine/hub/glob-matcher.ts';
import { parseListing } from '../../../engine/hub/listing.ts';
import { modelFiles, shardsOfIndex } from '../../../engine/hub/model-files.ts';
import { isSafePath } from '../../../engine/hub/repository.ts';

const commit = 'a'.repeat(40);

test('a listing keeps what is as it should be and drops the rest', () => {
  const siblings = [
    { rfilename: 'b.bin', size: 5, blobId: 'c'.repeat(40), lfs: { sha256: 'd'.repeat(64), size: 5 } },
    { rfilename: 'a.json', size: 2, blobId: 'b'.repeat(40) },
    { rfilename: '../x', size: 1 },
    { rfilename: 'a.json', size: 9 },
    { rfilename: 'odd', size: -1, blobId: 'zz' },
    null,
    7,
  ];
  expect(parseListing({ sha: commit, siblings })?.files).toEqual([
    { path: 'a.json', sizeBytes: 2, sha256: undefined, gitSha1: 'b'.repeat(40) },
    { path: 'b.bin', sizeBytes: 5, sha256: 'd'.repeat(64), gitSha1: undefined },
    { path: 'odd', sizeBytes: undefined, sha256: undefined, gitSha1: undefined },
  ]);
  expect(parseListing({ sha: 'main', siblings })).toBeUndefined();
  expect(parseListing({ sha: commit })).toBeUndefined();
});

test('no answer breaks the reader, and no name in it leads out of a folder', () => {
  const answer = fc.oneof(
    fc.jsonValue(),
    fc.record({
      sha: fc.oneof(fc.constant(commit), fc.string()),
      siblings: fc.oneof(
        fc.jsonValue(),
        fc.array(
          fc.record(
            {
              rfilename: fc.oneof(fc.string(), fc.constantFrom('a/../b', '/etc/passwd', 'a\\b', 'ok.json')),
              size: fc.oneof(fc.integer(), fc.double(), fc.string()),
              blobId: fc.jsonValue(),
              lfs: fc.oneof(fc.jsonValue(), fc.record({ sha256: fc.string(), size: fc.jsonValue() })),
            },
            { requiredKeys: [] },
          ),
        ),
      ),
    }),
  );
  fc.assert(
    fc.property(answer, (value) => {
      for (const file of parseListing(value)?.files ?? []) {
        expect(isSafePath(file.path)).toBe(true);
        expect(file.sha256 ?? '').toMatch(/^(?:[0-9a-f]{64})?$/u);
      }
    }),
  );
});

test('no index breaks the reader of shards', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      shardsOfIndex(value, ['a.safetensors']);
      shardsOfIndex({ weight_map: value }, ['a.safetensors']);
    }),
  );
  expect(
    shardsOfIndex({ weight_map: { x: 'b.safetensors', y: 'a.safetensors', z: 'a.safetensors' } }, [
      'a.safetensors',
      'b.safetensors',
    ]),
  ).toEqual(['a.safetensors', 'b.safetensors']);
  for (const name of ['../a.safetensors', 'pytorch_model.bin', 7])
    expect(shardsOfIndex({ weight_map: { x: name } }, ['pytorch_model.bin'])).toBeUndefined();
});

test('no card breaks the reader, and no pattern takes for ever', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      parseDatasetCard(`---\n${text}\n---\n`);
      parseDatasetCard(`---\nconfigs:\n${text}\n---\n`);
      parseDatasetCard(
        `---\nconfigs: ${JSON.stringify([{ data_files: text }, { data_files: [{ split: 'x', path: text }] }, text])}\n---\n`,
      );
      globMatcher(text)(text);
    }),
  );
});

test.each<[string, string[], string[]]>([
  ['data/*.parquet', ['data/a.parquet'], ['data/b/a.parquet', 'xdata/a.parquet', 'data/a.parquetx']],
  ['**/train-*', ['train-1', 'a/b/train-1'], ['train/1']],
  ['a/**', ['a/b/c'], ['b/a/c']],
  ['x?.csv', ['x1.csv'], ['x.csv', 'x/.csv']],
  ['d[0-2].csv', ['d1.csv'], ['d3.csv']],
  ['d[!0-2].csv', ['d3.csv'], ['d1.csv']],
  ['a+(b).csv', ['a+(b).csv'], ['aab.csv']],
  ['[z-a]', [], ['z', '[z-a]']],
  ['**/*/**/x', ['a/x', 'a/b/x'], ['x', 'a/b']],
  ['a*', ['a', 'ab'], ['a/b', 'ba']],
  [`${'*a'.repeat(200)}b`, [], ['a'.repeat(900)]],
  [`${'**/'.repeat(100)}b`, ['b'], ['a/'.repeat(400)]],
])('the pattern %s', (pattern, yes, no) => {
  const isMatching = globMatcher(pattern);
  expect([yes.every(isMatching), no.some(isMatching)]).toEqual([true, false]);
});

test.each<[string[], boolean, string[] | undefined]>([
  [['config.json', 'model.safetensors', 'pytorch_model.bin'], false, ['config.json', 'model.safetensors']],
  [['config.json', 'pytorch_model.bin', 'model.ckpt', 'model.h5'], false, undefined],
  [
    ['model.onnx', 'model.onnx_data', 'model.onnx.data', 'model.onnx_dataset'],
    false,
    ['model.onnx', 'model.onnx.data', 'model.onnx_data'],
  ],
  [['onnx/a.onnx', 'onnx/b.onnx'], false, undefined],
  [
    [
      'config.json',
      'model.safetensors',
      'onnx/decoder_model.onnx',
      'onnx/encoder_model.onnx',
      'onnx/config.json',
    ],
    true,
    ['config.json', 'onnx/config.json', 'onnx/decoder_model.onnx', 'onnx/encoder_model.onnx'],
  ],
])('of %j', (names, onnx, expected) => {
  const chosen = modelFiles(names, { onnx });
  expect(chosen && [...chosen.settings, ...chosen.weights.names].sort()).toEqual(expected?.sort());
});
