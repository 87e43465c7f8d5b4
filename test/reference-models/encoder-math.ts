/**
 * The mathematics that the float64 forwards of encoders share: loops over arrays, written from the definitions. Nothing
 * here comes from the engine, so that an error in the engine's graphs cannot hide behind the same error here.
 */

export interface PlainTensor {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

export interface PlainModel {
  readonly config: Readonly<Record<string, unknown>>;
  readonly tensors: ReadonlyMap<string, PlainTensor>;
}

export type Rows = readonly (readonly number[])[];

export function tensorOf(model: PlainModel, name: string): PlainTensor {
  const tensor = model.tensors.get(name);
  if (!tensor) throw new Error(`the model under test has no tensor ${name}`);
  return tensor;
}

/** Row `index` of a stored table. */
export function rowOf(table: PlainTensor, index: number): number[] {
  const width = table.shape[1]!;
  return Array.from({ length: width }, (_, i) => table.values[index * width + i]!);
}

/** x·Wᵀ + b for a weight that is stored as [out, in]. */
export function linear(rows: Rows, weight: PlainTensor, bias?: PlainTensor): number[][] {
  const [outputs, inputs] = weight.shape as [number, number];
  return rows.map((x) =>
    Array.from({ length: outputs }, (_, o) => {
      let sum = bias ? bias.values[o]! : 0;
      for (let i = 0; i < inputs; i++) sum += x[i]! * weight.values[o * inputs + i]!;
      return sum;
    }),
  );
}

export function sum(a: Rows, b: Rows): number[][] {
  return a.map((x, i) => x.map((v, j) => v + b[i]![j]!));
}

export function layerNorm(rows: Rows, weight: PlainTensor, bias: PlainTensor, epsilon: number): number[][] {
  return rows.map((x) => {
    const mean = x.reduce((a, b) => a + b, 0) / x.length;
    const variance = x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length;
    return x.map(
      (v, i) => ((v - mean) / Math.sqrt(variance + epsilon)) * weight.values[i]! + bias.values[i]!,
    );
  });
}

export function rmsNorm(rows: Rows, weight: PlainTensor, epsilon: number): number[][] {
  return rows.map((x) => {
    const square = x.reduce((a, b) => a + b * b, 0) / x.length;
    return x.map((v, i) => (v / Math.sqrt(square + epsilon)) * weight.values[i]!);
  });
}

export interface PlainAttention {
  readonly heads: number;
  readonly scale: number;
  /** Added to the score that query i of a head gives key j; −∞ hides the key. */
  readonly bias?: (head: number, i: number, j: number) => number;
}

export function attention(query: Rows, key: Rows, value: Rows, options: PlainAttention): number[][] {
  const { heads, scale, bias } = options;
  const size = query[0]!.length / heads;
  return query.map((q, i) => {
    const out: number[] = [];
    for (let head = 0; head < heads; head++) {
      const at = head * size;
      const scores = key.map((k, j) => {
        let dot = 0;
        for (let d = 0; d < size; d++) dot += q[at + d]! * k[at + d]!;
        return scale * dot + (bias ? bias(head, i, j) : 0);
      });
      const weights = softmax(scores);
      for (let d = 0; d < size; d++)
        out.push(weights.reduce((total, w, j) => total + w * value[j]![at + d]!, 0));
    }
    return out;
  });
}

function softmax(scores: readonly number[]): number[] {
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / total);
}

/** −log softmax(logits)[target]. */
export function lossOf(logits: readonly number[], target: number): number {
  const largest = logits.reduce((a, b) => Math.max(a, b));
  let total = 0;
  for (const z of logits) total += Math.exp(z - largest);
  return largest + Math.log(total) - logits[target]!;
}

export function activationOf(name: string): (x: number) => number {
  const activate = activations[name];
  if (!activate) throw new Error(`the forward has no activation ${name}`);
  return activate;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const gelu = (x: number): number => 0.5 * x * (1 + erf(x / Math.SQRT2));
const tanhGelu = (x: number): number =>
  0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

const activations: Readonly<Record<string, (x: number) => number>> = {
  gelu,
  gelu_new: tanhGelu,
  gelu_fast: tanhGelu,
  gelu_pytorch_tanh: tanhGelu,
  quick_gelu: (x) => x * sigmoid(1.702 * x),
  relu: (x) => Math.max(x, 0),
  silu: (x) => x * sigmoid(x),
  swish: (x) => x * sigmoid(x),
  tanh: Math.tanh,
};

/** Error function: Taylor series near zero, continued fraction of erfc beyond, so that no digit is lost to cancellation. */
function erf(x: number): number {
  if (Math.abs(x) > 2.5) {
    const square = x * x;
    let fraction = 0;
    for (let k = 120; k >= 1; k--) fraction = k / 2 / (Math.abs(x) + fraction);
    const complement = Math.exp(-square) / (Math.sqrt(Math.PI) * (Math.abs(x) + fraction));
    return Math.sign(x) * (1 - complement);
  }
  let term = x;
  let total = x;
  for (let n = 1; n < 100; n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}
