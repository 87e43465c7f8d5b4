import type { StoredTensor } from '../tensor-facts.ts';

/**
 * A matrix that is stored as small whole numbers, as GPTQ, AWQ, compressed-tensors and LLM.int8 do. All of them mean
 * scale · (code − zero), where a group of neighbouring inputs of one output shares a scale and a zero; they differ in
 * where the bits lie.
 */
export interface PackedMatrix {
  /** What the architecture calls it, such as `model.layers.0.mlp.up_proj.weight`. */
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Whether codes, scales and zeros are stored as [inputs or groups, outputs] instead of the other way round. */
  readonly isInputFirst: boolean;
  readonly codes: Codes;
  readonly scales: Scales;
  readonly zeros: Zeros;
  readonly groups: Groups;
  /** What happens to the input of the product, where the scheme rounds it too. */
  readonly inputRounding?: InputRounding;
  /** Names of the stored tensors that it consists of. */
  readonly parts: readonly string[];
}

/** Whole numbers in a tensor. */
export type Codes =
  /** One signed byte each. */
  | { readonly kind: 'bytes'; readonly tensor: StoredTensor }
  /** Several in each 32-bit word, from the low bits up; with bits that do not divide 32, across words. */
  | {
      readonly kind: 'words';
      readonly tensor: StoredTensor;
      readonly bits: number;
      /** Which of the two axes of the tensor is packed. */
      readonly axis: 0 | 1;
      /** The field of a word that holds each value, where that is not the value's own place. */
      readonly fields?: readonly number[];
      /** Whether every word has 1 subtracted from each of its fields: the first GPTQ format stores zeros so. */
      readonly isDecremented?: boolean;
    };

interface Scales {
  readonly tensor: StoredTensor;
  /** [groups, outputs] or [outputs, groups]; either may be 1, and then holds for all. */
  readonly shape: readonly [number, number];
  /** What the stored numbers are divided by. */
  readonly divisor: number;
}

/** Zero of a group: its code, if codes are stored, and `offset`. */
export interface Zeros {
  readonly codes?: Codes;
  readonly offset: number;
}

export interface Groups {
  readonly count: number;
  /** Which group an input belongs to: every `size` in a row share one, the last ones perhaps fewer, or a list says it. */
  readonly membership:
    | { readonly kind: 'consecutive'; readonly size: number }
    | { readonly kind: 'listed'; readonly tensor: StoredTensor };
}

/** LLM.int8: every row of the input is rounded to 8 bits, save the columns that reach `threshold` somewhere. */
export interface InputRounding {
  readonly kind: 'llm-int8';
  readonly threshold: number;
}
