import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeFiles } from '../../../engine/core/node-files.ts';
import { loadTokenizer } from '../../../engine/tokenize/load-tokenizer.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

// Ids that the library `tokenizers` 0.23.2 gave, which made the tokenizers of the bundled models.
const root = path.resolve(import.meta.dirname, '../../..');
const golden = (name: string) =>
  JSON.parse(readFileSync(path.join(root, 'test/golden/tokenizers', name), 'utf8'));

describe('bundled tokenizers', () => {
  const { texts, ids } = golden('bundled.json');
  test.each([
    ['tiny-gpt2', 'examples/models'],
    ['tiny-bert', 'test/fixtures/models'],
    ['tiny-llama', 'test/fixtures/models'],
    ['tiny-t5', 'test/fixtures/models'],
  ])('%s', async (name, folder) => {
    const { value } = await loadTokenizer(nodeFiles, path.join(root, folder, name));
    const encoded = texts.map((text: string) => [text, value?.encode(text)]);
    expect(encoded).toEqual(texts.map((text: string, i: number) => [text, ids[name][i]]));
  });
});

describe('components', () => {
  const { texts, vocab, cases } = golden('components.json');
  const tokens: string[] = ['[UNK]', ...vocab, ...vocab.map((token: string) => `##${token}`)];
  const model = {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 200,
    vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
  };
  const refused: Record<string, string> = {
    'split-merged': 'it splits with the behavior MergedWithNext',
    fixed: 'it cuts texts into pieces of a fixed length',
    'punctuation-removed': 'it splits at punctuation with the behavior Removed',
  };
  test.each<[string, { normalizer: unknown; pre_tokenizer: unknown; ids: number[][] }]>(
    cases.map((one: { name: string }) => [one.name, one]),
  )('%s', async (name, { normalizer, pre_tokenizer, ids }) => {
    const json = { added_tokens: [], normalizer, pre_tokenizer, post_processor: null, decoder: null, model };
    const files = new MemoryFiles({ '/m/tokenizer.json': JSON.stringify(json) });
    const { value, findings } = await loadTokenizer(files, '/m');
    if (refused[name] !== undefined) {
      expect(findings).toEqual([
        expect.objectContaining({ code: 'T305', message: expect.stringContaining(refused[name]) }),
      ]);
      return;
    }
    const encoded = texts.map((text: string) => [text, value?.encode(text)]);
    expect(encoded).toEqual(texts.map((text: string, i: number) => [text, ids[i]]));
  });
});
