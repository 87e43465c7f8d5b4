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

/** How BERT's descendants differ from it: names, how positions are counted, the head's activation. */
export interface BertKind {
  readonly prefix: string;
  position(ids: readonly number[], at: number): number;
  readonly hasTokenTypes: boolean;
}

/** BERT's masked language model in float64: the losses of `targets` at `positions`. */
export function bertLosses(
  model: PlainModel,
  ids: readonly number[],
  positions: readonly number[],
  targets: readonly number[],
  prefix = 'bert.',
): number[] {
  const epsilon = (model.config.layer_norm_eps as number | undefined) ?? 1e-12;
  const hidden = bertHidden(model, ids, { prefix, position: (_, at) => at, hasTokenTypes: true });
  const get = (name: string): PlainTensor => tensorOf(model, `cls.predictions.${name}`);
  const activate = activationOf((model.config.hidden_act as string | undefined) ?? 'gelu');
  const picked = positions.map((at) => hidden[at]!);
  const dense = linear(picked, get('transform.dense.weight'), get('transform.dense.bias'));
  const rows = layerNorm(
    dense.map((row) => row.map(activate)),
    get('transform.LayerNorm.weight'),
    get('transform.LayerNorm.bias'),
    epsilon,
  );
  const isTied = model.config.tie_word_embeddings !== false;
  const table = isTied
    ? tensorOf(model, `${prefix}embeddings.word_embeddings.weight`)
    : get('decoder.weight');
  return linear(rows, table, get('bias')).map((logits, i) => lossOf(logits, targets[i]!));
}

/** The hidden states of the last layer. */
export function bertHidden(model: PlainModel, ids: readonly number[], kind: BertKind): number[][] {
  const { config } = model;
  const { prefix } = kind;
  const epsilon = (config.layer_norm_eps as number | undefined) ?? 1e-12;
  const heads = config.num_attention_heads as number;
  const activate = activationOf((config.hidden_act as string | undefined) ?? 'gelu');
  const get = (name: string): PlainTensor => tensorOf(model, `${prefix}${name}`);
  const dense = (rows: Rows, name: string): number[][] =>
    linear(rows, get(`${name}.weight`), get(`${name}.bias`));
  const norm = (rows: Rows, name: string): number[][] =>
    layerNorm(rows, get(`${name}.weight`), get(`${name}.bias`), epsilon);

  const embedded = ids.map((id, at) => {
    const word = rowOf(get('embeddings.word_embeddings.weight'), id);
    const place = rowOf(get('embeddings.position_embeddings.weight'), kind.position(ids, at));
    const type = kind.hasTokenTypes ? rowOf(get('embeddings.token_type_embeddings.weight'), 0) : [];
    return word.map((value, i) => value + place[i]! + (type[i] ?? 0));
  });
  let x = norm(embedded, 'embeddings.LayerNorm');
  for (let layer = 0; layer < (config.num_hidden_layers as number); layer++) {
    const block = `encoder.layer.${layer}`;
    const [query, key, value] = ['query', 'key', 'value'].map((part) =>
      dense(x, `${block}.attention.self.${part}`),
    ) as [number[][], number[][], number[][]];
    const scale = 1 / Math.sqrt((config.hidden_size as number) / heads);
    const mixed = attention(query, key, value, { heads, scale });
    x = norm(sum(x, dense(mixed, `${block}.attention.output.dense`)), `${block}.attention.output.LayerNorm`);
    const inner = dense(x, `${block}.intermediate.dense`).map((row) => row.map(activate));
    x = norm(sum(x, dense(inner, `${block}.output.dense`)), `${block}.output.LayerNorm`);
  }
  return x;
}
