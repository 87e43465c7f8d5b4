import { bertHidden } from './bert.ts';
import { activationOf, layerNorm, linear, lossOf, type PlainModel, tensorOf } from './encoder-math.ts';

/**
 * RoBERTa's masked language model in float64. Positions are counted from the padding id + 1 over the tokens that are not
 * padding, and a padding token has the padding id itself as its position; the head always uses the exact GELU.
 */
export function robertaLosses(
  model: PlainModel,
  ids: readonly number[],
  positions: readonly number[],
  targets: readonly number[],
  prefix = 'roberta.',
): number[] {
  const { config } = model;
  const padId = (config.pad_token_id as number | undefined) ?? 1;
  const epsilon = (config.layer_norm_eps as number | undefined) ?? 1e-12;
  const hidden = bertHidden(model, ids, {
    prefix,
    hasTokenTypes: true,
    position: (all, at) =>
      all[at] === padId ? padId : padId + all.slice(0, at + 1).filter((id) => id !== padId).length,
  });
  const gelu = activationOf('gelu');
  const dense = linear(
    positions.map((at) => hidden[at]!),
    tensorOf(model, 'lm_head.dense.weight'),
    tensorOf(model, 'lm_head.dense.bias'),
  );
  const rows = layerNorm(
    dense.map((row) => row.map(gelu)),
    tensorOf(model, 'lm_head.layer_norm.weight'),
    tensorOf(model, 'lm_head.layer_norm.bias'),
    epsilon,
  );
  const isTied = config.tie_word_embeddings !== false;
  const table = tensorOf(
    model,
    isTied ? `${prefix}embeddings.word_embeddings.weight` : 'lm_head.decoder.weight',
  );
  return linear(rows, table, tensorOf(model, 'lm_head.bias')).map((logits, i) => lossOf(logits, targets[i]!));
}
