import {
  defaultExampleTokens,
  pairExample,
  textExample,
} from '../../../engine/data/providers/synthetic-examples.ts';
import { fill } from '../../../engine/data/text-windows.ts';
import type { Golden } from '../parity-types.ts';
import { toyTokenizer } from './toy-tokenizers.ts';

/** Windows of the provider `seq2seq`: examples, filled up to the window's length with the tokenizer's padding. */
export function generatedWindows(input: Golden): Golden {
  const { kwargs, tokenizer, seed, seq_len: seqLen, preview_n: previewN, final_n: finalN } = input;
  const { padId } = toyTokenizer(tokenizer);
  const arm = (from: number, to: number) => {
    const examples = indices(from, to).map((index) => pairExample(index, seed, pairOptions(kwargs)));
    return {
      windows: {
        input_ids: examples.map(({ sourceIds }) => fill(sourceIds, seqLen, padId)),
        attention_masks: examples.map(({ sourceMask }) => fill(sourceMask, seqLen, 0)),
        indices: indices(from, to),
      },
      labels: examples.map(({ targetIds }) => fill(targetIds, seqLen, -100)),
    };
  };
  const [preview, final] = [arm(0, previewN), arm(previewN, previewN + finalN)];
  return {
    preview: preview.windows,
    final: final.windows,
    preview_labels: preview.labels,
    final_labels: final.labels,
  };
}

/** The examples themselves, as the reference's library hands them out. */
export function generatedBatches({ kwargs, seed, batch_size: size }: Golden): Golden {
  const options = pairOptions(kwargs);
  const all = indices(0, kwargs.n ?? 12);
  return {
    batches: chunks(all, size).map((part) => {
      const examples = part.map((index) => pairExample(index, seed, options));
      return {
        ids: part.map(nameOf),
        src_ids: examples.map(({ sourceIds }) => sourceIds),
        src_mask: examples.map(({ sourceMask }) => sourceMask),
        tgt_ids: examples.map(({ targetIds }) => targetIds),
        tgt_mask: examples.map(({ targetMask }) => targetMask),
        weights: examples.map(({ targetMask }) => targetMask.filter((bit) => bit === 1).length),
      };
    }),
    schedule: all.map(nameOf),
    digest: {
      provider: 'seq2seq',
      version: 1,
      pad_id: options.padId,
      eos_id: options.eosId,
      bos_id: options.bosId,
    },
  };
}

export function textBatches({ kwargs, seed, batch_size: size }: Golden): Golden {
  const { task = 'causal', n = 16, seq_len: seqLen = 8, mask_prob: maskProbability = 0.15 } = kwargs;
  const { pad_id: padId = 0, eos_id: eosId = 2 } = kwargs;
  const all = indices(0, n);
  return {
    batches: chunks(all, size).map((part) => {
      const examples = part.map((index) =>
        textExample(index, seed, { task, seqLen, maskProbability, padId, eosId }),
      );
      return {
        ids: part.map(nameOf),
        input_ids: examples.map(({ inputIds }) => inputIds),
        attention_mask: examples.map(({ attentionMask }) => attentionMask),
        labels: examples.map(({ labels }) => labels ?? []),
        weights: examples.map(({ weight }) => weight),
      };
    }),
    schedule: all.map(nameOf),
    digest: { provider: 'text_lm', version: 1, task },
  };
}

function pairOptions(kwargs: Golden) {
  return {
    sourceLength: kwargs.src_len ?? 6,
    targetLength: kwargs.tgt_len ?? 7,
    padId: kwargs.pad_id ?? defaultExampleTokens.padId,
    bosId: kwargs.bos_id ?? defaultExampleTokens.bosId,
    eosId: kwargs.eos_id ?? defaultExampleTokens.eosId,
  };
}

function indices(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return indices(0, Math.ceil(items.length / size)).map((at) => items.slice(at * size, (at + 1) * size));
}

function nameOf(index: number): string {
  return `ex${String(index).padStart(4, '0')}`;
}
