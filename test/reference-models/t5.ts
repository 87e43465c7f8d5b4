import {
  activationOf,
  attention,
  linear,
  lossOf,
  type PlainModel,
  type PlainTensor,
  type Rows,
  rmsNorm,
  rowOf,
  sum,
  tensorOf,
} from './encoder-math.ts';

/** T5 in float64: the losses of `targets` given the source and the decoder's inputs, one per decoder position. */
export function t5Losses(
  model: PlainModel,
  ids: readonly number[],
  decoderIds: readonly number[],
  targets: readonly number[],
): number[] {
  const { config } = model;
  const width = config.d_model as number;
  const words = tensorOf(model, 'shared.weight');
  const embed = (tokens: readonly number[]): number[][] => tokens.map((id) => rowOf(words, id));

  const memory = stack(model, 'encoder', embed(ids), undefined);
  const decoded = stack(model, 'decoder', embed(decoderIds), memory);
  const isTied = config.tie_word_embeddings !== false;
  const isScaled = (config.scale_decoder_outputs as boolean | undefined) ?? isTied;
  const hasOwnHead =
    !isTied || (config.scale_decoder_outputs !== undefined && model.tensors.has('lm_head.weight'));
  const rows = isScaled ? decoded.map((row) => row.map((v) => v / Math.sqrt(width))) : decoded;
  return linear(rows, hasOwnHead ? tensorOf(model, 'lm_head.weight') : words).map((logits, i) =>
    lossOf(logits, targets[i]!),
  );
}

function stack(
  model: PlainModel,
  name: 'encoder' | 'decoder',
  embedded: Rows,
  memory: Rows | undefined,
): number[][] {
  const { config } = model;
  const heads = config.num_heads as number;
  const epsilon = (config.layer_norm_epsilon as number | undefined) ?? 1e-6;
  const get = (part: string): PlainTensor => tensorOf(model, `${name}.${part}`);
  const norm = (rows: Rows, part: string): number[][] => rmsNorm(rows, get(`${part}.weight`), epsilon);
  const project = (rows: Rows, part: string): number[][] => linear(rows, get(`${part}.weight`));
  const attend = (
    queries: Rows,
    keys: Rows,
    part: string,
    bias?: (head: number, i: number, j: number) => number,
  ): number[][] =>
    project(
      attention(project(queries, `${part}.q`), project(keys, `${part}.k`), project(keys, `${part}.v`), {
        heads,
        scale: 1,
        ...(bias ? { bias } : {}),
      }),
      `${part}.o`,
    );
  const table = get('block.0.layer.0.SelfAttention.relative_attention_bias.weight');
  const bias = (head: number, i: number, j: number): number => {
    if (name === 'decoder' && j > i) return Number.NEGATIVE_INFINITY;
    return table.values[bucketOf(j - i, name === 'encoder', config) * heads + head]!;
  };

  const encoderLayers = config.num_layers as number;
  const layers =
    name === 'encoder'
      ? encoderLayers
      : ((config.num_decoder_layers as number | null | undefined) ?? encoderLayers);
  let x = embedded.map((row) => [...row]);
  for (let i = 0; i < layers; i++) {
    const block = `block.${i}.layer`;
    const normed = norm(x, `${block}.0.layer_norm`);
    x = sum(x, attend(normed, normed, `${block}.0.SelfAttention`, bias));
    if (memory) x = sum(x, attend(norm(x, `${block}.1.layer_norm`), memory, `${block}.1.EncDecAttention`));
    const last = memory ? 2 : 1;
    x = sum(
      x,
      feedForward(norm(x, `${block}.${last}.layer_norm`), config, (rows, part) =>
        project(rows, `${block}.${last}.DenseReluDense.${part}`),
      ),
    );
  }
  return norm(x, 'final_layer_norm');
}

function feedForward(
  rows: Rows,
  config: PlainModel['config'],
  project: (rows: Rows, part: string) => number[][],
): number[][] {
  const form = (config.feed_forward_proj as string | undefined) ?? 'relu';
  // The form "gated-gelu" has always meant the approximation by tanh.
  const derived = form === 'gated-gelu' ? 'gelu_new' : form.replace('gated-', '');
  const activate = activationOf((config.dense_act_fn as string | undefined) ?? derived);
  const isGated = (config.is_gated_act as boolean | undefined) ?? form.startsWith('gated-');
  if (!isGated)
    return project(
      project(rows, 'wi').map((row) => row.map(activate)),
      'wo',
    );
  const gate = project(rows, 'wi_0');
  const value = project(rows, 'wi_1');
  return project(
    gate.map((row, i) => row.map((v, j) => activate(v) * value[i]![j]!)),
    'wo',
  );
}

/** The bucket of a distance "key minus query": half of them exact, the rest logarithmic up to the largest distance. */
function bucketOf(distance: number, isTwoWay: boolean, config: PlainModel['config']): number {
  const all = (config.relative_attention_num_buckets as number | undefined) ?? 32;
  const farthest = (config.relative_attention_max_distance as number | undefined) ?? 128;
  const buckets = isTwoWay ? Math.floor(all / 2) : all;
  const start = isTwoWay && distance > 0 ? buckets : 0;
  const length = isTwoWay ? Math.abs(distance) : Math.max(0, -distance);
  const exact = Math.floor(buckets / 2);
  if (length < exact) return start + length;
  const share = Math.log(length / exact) / Math.log(farthest / exact);
  return start + Math.min(buckets - 1, exact + Math.floor(share * (buckets - exact) + 1e-9));
}
