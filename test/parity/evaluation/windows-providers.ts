import path from 'node:path';
import { pairCapacity, rowCapacity } from '../../../engine/data/capacity.ts';
import type { DataText } from '../../../engine/data/data-types.ts';
import { localJsonl } from '../../../engine/data/providers/local-jsonl.ts';
import { localJsonlPairs } from '../../../engine/data/providers/local-jsonl-pairs.ts';
import { providerNames, taskProviders } from '../../../engine/data/providers/provider-names.ts';
import { pairsOfRows, textsOfRows } from '../../../engine/data/providers/rows.ts';
import { countingIds, syntheticTexts } from '../../../engine/data/providers/synthetic.ts';
import { padded } from '../../../engine/data/take-windows.ts';
import {
  type DataPair,
  fill,
  pairWindows,
  type TextWindow,
  textWindows,
} from '../../../engine/data/text-windows.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';
import { byOperation, goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';
import { generatedBatches, generatedWindows, textBatches } from './generated-examples.ts';
import { toyTokenizer } from './toy-tokenizers.ts';

/** Windows of the providers that take rows in order, and of those that make them (spec 02 §1.5 to §1.10). */
export const windowsProviders = goldenCases(
  byOperation(
    {
      // Those that we have beside the reference's come last.
      list_providers: () => ({ names: providerNames.filter((name) => !taskProviders.includes(name)) }),
      synthetic,
      hf_text: textRows,
      hf_seq2seq: pairRows,
      local_jsonl: localTexts,
      local_jsonl_pairs: localPairs,
      seq2seq: generatedWindows,
      seq2seq_inner: generatedBatches,
      text_lm: textBatches,
    },
    ({ op, provider }) => (op === 'list_providers' ? op : provider.split(' ')[0]),
  ),
);

function synthetic(input: Golden): Golden {
  const { op, base_samples: base, max_samples: count, preview_n: previewN, final_n: finalN } = input;
  if (op === 'load') return { texts: syntheticTexts(count, base).map(({ text }) => text) };
  if (Array.isArray(input.seq_len)) {
    return Object.fromEntries(input.seq_len.map((seqLen: number) => [String(seqLen), countingArms(seqLen)]));
  }
  return textArms(syntheticTexts(previewN + finalN), input);
}

/** One window per arm of a tokenizer that cannot encode. */
function countingArms(seqLen: number): Golden {
  const arm = (index: number) => armOf([{ index, ...padded(countingIds(seqLen), seqLen, 0) }]);
  return { preview: arm(0), final: arm(1) };
}

function textRows(input: Golden, expected: Golden): Golden {
  const { text_field: field = 'text', max_samples: limit = 2000 } = input.kwargs;
  const texts = textsOfRows(input.rows, field, limit);
  if (input.op === 'estimate_capacity') {
    return { capacity: rowCapacity(texts.length, { ...shapeOf(input), maxSamples: limit, reference: true }) };
  }
  return texts.length > 0 ? textArms(texts, input) : noRows(expected, 'E306');
}

function pairRows(input: Golden, expected: Golden): Golden {
  const {
    src_field: source = 'source',
    tgt_field: target = 'target',
    max_samples: limit = 2000,
  } = input.kwargs;
  const pairs = pairsOfRows(input.rows, { source, target }, limit);
  if (input.op === 'estimate_capacity') return { capacity: pairCapacity(pairs.length, shapeOf(input)) };
  return pairs.length > 0 ? pairArms(pairs, input) : noRows(expected, 'E307');
}

async function localTexts(input: Golden, expected: Golden, { files }: Golden): Promise<Golden> {
  const { text_field: textField, ...named } = input.kwargs;
  const { value, findings } = await localJsonl(filesOf(files), absolute, {
    ...sourcesOf(named),
    ...(textField === undefined ? {} : { textField }),
  });
  const texts = value ?? [];
  if (input.op === 'load') {
    return {
      texts: texts.map(({ text }) => text),
      capacity: rowCapacity(texts.length, { seqLen: 8, stride: 8, reference: true, ...shapeOf(input) }),
    };
  }
  return value ? textArms(texts, input) : noRows(expected, findings.at(-1)?.code);
}

async function localPairs(input: Golden, expected: Golden, { files }: Golden): Promise<Golden> {
  const { src_field: sourceField, tgt_field: targetField, ...named } = input.kwargs;
  const { value, findings } = await localJsonlPairs(filesOf(files), absolute, {
    ...sourcesOf(named),
    ...(sourceField === undefined ? {} : { sourceField }),
    ...(targetField === undefined ? {} : { targetField }),
  });
  return value ? pairArms(value, input) : noRows(expected, findings.at(-1)?.code);
}

/** A file that is missing has a code of its own here; the reference finds no rows in it. */
function noRows(expected: Golden, code: string | undefined): Golden {
  return { ...expected, code: code === 'T310' ? expected.code : code };
}

function textArms(texts: readonly DataText[], input: Golden): Golden {
  const { encode, padId } = toyTokenizer(input.tokenizer);
  const { seq_len: seqLen, preview_n: previewN, final_n: finalN } = input;
  const arm = (from: number, to: number) =>
    armOf(textWindows(texts.slice(from, to), encode, { seqLen, padId }, from));
  return { preview: arm(0, previewN), final: arm(previewN, previewN + finalN) };
}

function pairArms(pairs: readonly DataPair[], input: Golden): Golden {
  const { encode, padId } = toyTokenizer(input.tokenizer);
  const { seq_len: seqLen, preview_n: previewN, final_n: finalN } = input;
  const arm = (from: number, to: number) =>
    pairWindows(pairs.slice(from, to), encode, { seqLen, padId }, from);
  const [preview, final] = [arm(0, previewN), arm(previewN, previewN + finalN)];
  const labels = (windows: readonly TextWindow[]) =>
    windows.map((window) => fill(window.labels ?? [], seqLen, -100));
  return {
    preview: armOf(preview),
    final: armOf(final),
    preview_labels: labels(preview),
    final_labels: labels(final),
  };
}

function armOf(windows: readonly TextWindow[]): Golden {
  return {
    input_ids: windows.map(({ inputIds }) => inputIds),
    attention_masks: windows.map(({ attentionMask }) => attentionMask),
    indices: windows.map(({ index }) => index),
  };
}

function shapeOf({ seq_len: seqLen, stride }: Golden): Golden {
  return { ...(seqLen === undefined ? {} : { seqLen }), ...(stride === undefined ? {} : { stride }) };
}

const ROOT = '/golden';

function filesOf(files: Readonly<Record<string, string>>): MemoryFiles {
  return new MemoryFiles(
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`${ROOT}/${name}`, text])),
  );
}

async function absolute(name: string): Promise<string> {
  return path.posix.join(ROOT, name);
}

function sourcesOf({ file, path: folder, data_files: dataFiles, max_samples: maxSamples }: Golden) {
  return {
    ...(file === undefined ? {} : { file }),
    ...(folder === undefined ? {} : { path: folder }),
    ...(dataFiles === undefined ? {} : { dataFiles }),
    ...(maxSamples === undefined ? {} : { maxSamples }),
  };
}
