import type { PackedMatrix } from './packed-matrix.ts';

type QuantizationMethod = 'gptq' | 'awq' | 'compressed-tensors' | 'bitsandbytes';

/** How the matrices of a checkpoint are packed: what quantization_config and the tensors say together. */
export interface Quantization {
  readonly method: QuantizationMethod;
  /** The variant of the method, such as `gptq_v2`, `gemm` or `pack-quantized`. */
  readonly format: string;
  /** By the name that the architecture asks for. */
  readonly matrices: ReadonlyMap<string, PackedMatrix>;
}

/** What is recorded about a quantised model, so that a reviewer sees it. */
export interface QuantizationFacts {
  readonly method: QuantizationMethod;
  readonly format: string;
  /** Distinct numbers of bits, ascending. */
  readonly bits: readonly number[];
  /** Distinct numbers of inputs that share a scale, ascending; null where all inputs of a matrix do. */
  readonly group_sizes: readonly (number | null)[];
  readonly matrices: number;
  /** Whether inputs are grouped by a stored list, as act-order does. */
  readonly reordered: boolean;
  /** Whether the inputs of the products are rounded too. */
  readonly rounds_inputs: boolean;
}

export function quantizationFacts({ method, format, matrices }: Quantization): QuantizationFacts {
  const all = [...matrices.values()];
  const groupSizes = new Set(all.map(groupSizeOf));
  return {
    method,
    format,
    bits: ascending(new Set(all.map(bitsOf))),
    group_sizes: [
      ...(groupSizes.has(null) ? [null] : []),
      ...ascending(new Set([...groupSizes].filter((size) => size !== null))),
    ],
    matrices: all.length,
    reordered: all.some(({ groups }) => groups.membership.kind === 'listed'),
    rounds_inputs: all.some(({ inputRounding }) => inputRounding !== undefined),
  };
}

export function bitsOf({ codes }: PackedMatrix): number {
  return codes.kind === 'words' ? codes.bits : 8;
}

export function groupSizeOf({ inputs, groups }: PackedMatrix): number | null {
  if (groups.count === 1) return null;
  const { membership } = groups;
  return membership.kind === 'consecutive' ? membership.size : Math.ceil(inputs / groups.count);
}

function ascending(numbers: ReadonlySet<number>): number[] {
  return [...numbers].sort((a, b) => a - b);
}
