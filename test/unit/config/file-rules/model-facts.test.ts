import { expect, test } from 'vitest';
import { readModelFacts, rememberedModelFacts } from '../../../../engine/config/file-rules/model-facts.ts';
import { MemoryFiles } from '../../../fixtures/memory-files.ts';

const config = '{"vocab_size": 300, "n_positions": 64}';
const tokenizer = '{"model": {"vocab": {"a": 0, "b": 7}}}';

test.each([
  [{}, { config: 'missing', tokenizer: 'missing' }],
  [
    { 'config.json': config, 'tokenizer.json': tokenizer },
    { config: { rows: 300, contextLength: 64 }, tokenizer: { largestId: 7 } },
  ],
  [
    { 'config.json': '{"vocab_size": "x"}', 'tokenizer.json': '{' },
    { config: {}, tokenizer: 'unreadable' },
  ],
])('%j', async (contents, expected) => {
  const named = Object.entries(contents).map(([name, text]) => [`/m/${name}`, text]);
  expect(await readModelFacts(new MemoryFiles(Object.fromEntries(named)), '/m')).toEqual(expected);
});

class CountingFiles extends MemoryFiles {
  reads = 0;
  override async readBytes(file: string, range?: { offset: number; length: number }) {
    this.reads += 1;
    return super.readBytes(file, range);
  }
}

test('files are read again only when they have changed', async () => {
  const files = new CountingFiles({ '/m/config.json': config, '/m/tokenizer.json': tokenizer });
  const read = rememberedModelFacts();
  await read(files, '/m');
  await read(files, '/m');
  expect(files.reads).toBe(2);
  files.contents.set('/m/config.json', new TextEncoder().encode('{"vocab_size": 5000}'));
  expect((await read(files, '/m')).config).toEqual({ rows: 5000 });
  expect(files.reads).toBe(4);
});
