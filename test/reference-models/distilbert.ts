import {
  activationOf,
  attention,
  layerNorm,
  linear,
  lossOf,
  type PlainModel,
  type PlainTensor,
  type Rows,
  rowOf,
  sum,
  tensorOf,
} from './encoder-math.ts';

/** DistilBERT's masked language model in float64. Its norms have a fixed epsilon, and there are no token types. */
export function distilbertLosses(
  model: PlainModel,
  ids: readonly number[],
  positions: readonly number[],
  targets: readonly number[],
  prefix = 'distilbert.',
): number[] {
  const { config } = model;
  const heads = config.n_heads as number;
  const activate = activationOf((config.activation as string | undefined) ?? 'gelu');
  const get = (name: string): PlainTensor => tensorOf(model, name);
  const dense = (rows: Rows, name: string): number[][] =>
    linear(rows, get(`${name}.weight`), get(`${name}.bias`));
  const norm = (rows: Rows, name: string): number[][] =>
    layerNorm(rows, get(`${name}.weight`), get(`${name}.bias`), 1e-12);
  const words = get(`${prefix}embeddings.word_embeddings.weight`);

  const embedded = ids.map((id, at) => {
    const place = rowOf(get(`${prefix}embeddings.position_embeddings.weight`), at);
    return rowOf(words, id).map((value, i) => value + place[i]!);
  });
  let x = norm(embedded, `${prefix}embeddings.LayerNorm`);
  for (let layer = 0; layer < (config.n_layers as number); layer++) {
    const block = `${prefix}transformer.layer.${layer}`;
    const scale = 1 / Math.sqrt((config.dim as number) / heads);
    const mixed = attention(
      dense(x, `${block}.attention.q_lin`),
      dense(x, `${block}.attention.k_lin`),
      dense(x, `${block}.attention.v_lin`),
      { heads, scale },
    );
    x = norm(sum(x, dense(mixed, `${block}.attention.out_lin`)), `${block}.sa_layer_norm`);
    const inner = dense(x, `${block}.ffn.lin1`).map((row) => row.map(activate));
    x = norm(sum(x, dense(inner, `${block}.ffn.lin2`)), `${block}.output_layer_norm`);
  }
  const transformed = dense(
    positions.map((at) => x[at]!),
    'vocab_transform',
  ).map((row) => row.map(activate));
  const isTied = config.tie_word_embeddings !== false;
  const table = isTied ? words : get('vocab_projector.weight');
  return linear(norm(transformed, 'vocab_layer_norm'), table, get('vocab_projector.bias')).map((logits, i) =>
    lossOf(logits, targets[i]!),
  );
}
