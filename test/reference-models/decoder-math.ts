import { activationOf, linear, lossOf, type PlainModel, type Rows, rowOf, tensorOf } from './encoder-math.ts';

/** What the float64 forwards of decoders share beside the mathematics of the encoders. */

export interface PlainAttention {
  /** All heads of a token side by side. */
  readonly queries: Rows;
  readonly keys: Rows;
  readonly values: Rows;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  readonly scale: number;
  readonly window?: number | undefined;
  readonly softCap?: number | undefined;
}

/** Causal attention, token by token and head by head. */
export function attend(input: PlainAttention): number[][] {
  const { heads, keyValueHeads, headSize, window = Number.POSITIVE_INFINITY } = input;
  return input.queries.map((all, at) => {
    const out: number[] = [];
    for (let head = 0; head < heads; head++) {
      const shared = Math.floor(head / (heads / keyValueHeads));
      const query = all.slice(head * headSize, (head + 1) * headSize);
      const part = (row: readonly number[]): readonly number[] =>
        row.slice(shared * headSize, (shared + 1) * headSize);
      const first = Math.max(0, at - window + 1);
      const scores: number[] = [];
      for (let other = first; other <= at; other++) {
        const key = part(input.keys[other]!);
        let score = 0;
        for (let i = 0; i < headSize; i++) score += query[i]! * key[i]!;
        score *= input.scale;
        if (input.softCap !== undefined) score = input.softCap * Math.tanh(score / input.softCap);
        scores.push(score);
      }
      const largest = Math.max(...scores);
      const weights = scores.map((score) => Math.exp(score - largest));
      const total = weights.reduce((a, b) => a + b, 0);
      for (let i = 0; i < headSize; i++) {
        let mixed = 0;
        for (const [j, weight] of weights.entries())
          mixed += (weight / total) * part(input.values[first + j]!)[i]!;
        out.push(mixed);
      }
    }
    return out;
  });
}

/** x / √(mean x² + ε) · (weight + offset). */
export function rmsNorm(
  x: readonly number[],
  weight: ArrayLike<number>,
  epsilon: number,
  offset = 0,
): number[] {
  let square = 0;
  for (const value of x) square += value * value;
  const root = Math.sqrt(square / x.length + epsilon);
  return x.map((value, i) => (value / root) * (weight[i]! + offset));
}

/** A linear module; its bias is used if it is stored. */
export function module(model: PlainModel, rows: Rows, name: string): number[][] {
  return linear(rows, tensorOf(model, `${name}.weight`), model.tensors.get(`${name}.bias`));
}

/** −log softmax(logits)[target] of every token but the first. */
export function nextTokenLosses(
  model: PlainModel,
  hidden: Rows,
  head: string,
  ids: readonly number[],
  softCap?: number,
): number[] {
  const table = tensorOf(model, head);
  const words = Array.from({ length: table.shape[0]! }, (_, word) => rowOf(table, word));
  return ids.slice(1).map((target, at) => {
    const logits = words.map((word) => {
      let z = 0;
      for (const [i, weight] of word.entries()) z += hidden[at]![i]! * weight;
      return softCap === undefined ? z : softCap * Math.tanh(z / softCap);
    });
    return lossOf(logits, target);
  });
}

export function activated(rows: Rows, name: string): number[][] {
  const activate = activationOf(name);
  return rows.map((row) => row.map(activate));
}

export function times(a: Rows, b: Rows): number[][] {
  return a.map((row, i) => row.map((x, j) => x * b[i]![j]!));
}
