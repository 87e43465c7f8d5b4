import type {
  OnnxAttribute,
  OnnxInitializer,
  OnnxModel,
  OnnxNode,
  OnnxType,
  OnnxValueInfo,
} from '../artifacts/onnx/onnx-model.ts';
import { weightsFirst } from './weights-first.ts';

/** A value inside a graph under construction. */
export interface Value {
  readonly name: string;
}

/** Opset 17: the first with LayerNormalization. Reductions take their axes as an attribute, ReduceSum as an input. */
const opset = 17;

/**
 * Builds a graph of standard operators, which every execution provider has. Fused operators are avoided on purpose:
 * they were seen to give wrong values on some providers, and are no faster on the CPU.
 *
 * @example const y = graph.add(stableLinear(graph, x, weight, bias, shape), x)
 */
export class GraphBuilder {
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers = new Map<string, OnnxInitializer>();
  readonly #inputs: OnnxValueInfo[] = [];
  readonly #outputs: OnnxValueInfo[] = [];
  readonly #modules = new Map<string, string>();
  #counter = 0;
  #maximumThreads = 1024;

  /** From the names of modules to the names of the values they give. */
  get modules(): ReadonlyMap<string, string> {
    return this.#modules;
  }

  /** With more threads, losses would differ in the last digit from those of a single thread. */
  get maximumThreads(): number {
    return this.#maximumThreads;
  }

  /** Notes that an operator gives other bits on more threads than `threads`; see `stableLinear`. */
  limitThreads(threads: number): void {
    this.#maximumThreads = Math.min(this.#maximumThreads, threads);
  }

  input(info: OnnxValueInfo): Value {
    this.#inputs.push(info);
    return { name: info.name };
  }

  /** Gives `value` a public name. */
  output(value: Value, info: OnnxValueInfo): void {
    this.#nodes.push({
      name: info.name,
      op: 'Identity',
      inputs: [value.name],
      outputs: [info.name],
      attributes: {},
    });
    this.#outputs.push(info);
  }

  /** Registers `value` as what the module `name` gives, so that it can be observed or scaled by that name. */
  module(name: string, value: Value): Value {
    this.#modules.set(name, value.name);
    return value;
  }

  /** A weight that stays in its file; used twice, it is listed once. */
  weight(initializer: OnnxInitializer): Value {
    if (!this.#initializers.has(initializer.name)) this.#initializers.set(initializer.name, initializer);
    return { name: initializer.name };
  }

  integers(values: readonly number[], shape: readonly number[] = [values.length]): Value {
    const bytes = new Uint8Array(values.length * 8);
    const view = new DataView(bytes.buffer);
    for (const [i, value] of values.entries()) view.setBigInt64(8 * i, BigInt(value), true);
    return this.#constant('I64', shape, bytes, `i64_${shape.join('x')}_${values.join('_')}`);
  }

  float(value: number): Value {
    return this.#constant('F32', [], floatBytes([value]), `f32_${value}`);
  }

  /** A table of constants. */
  floats(values: Float32Array, shape: readonly number[]): Value {
    return this.#constant('F32', shape, floatBytes(values), `table_${this.#counter++}`);
  }

  /** Any operator with one output. Prefer the named methods below. */
  apply(
    op: string,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): Value {
    return this.#node(op, inputs, attributes, 1)[0] ?? { name: '' };
  }

  add(a: Value, b: Value): Value {
    return this.apply('Add', [a, b]);
  }

  subtract(a: Value, b: Value): Value {
    return this.apply('Sub', [a, b]);
  }

  multiply(a: Value, b: Value): Value {
    return this.apply('Mul', [a, b]);
  }

  matrixProduct(a: Value, b: Value): Value {
    return this.apply('MatMul', [a, b]);
  }

  /** Rows of `table`. */
  gather(table: Value, indices: Value): Value {
    return this.apply('Gather', [table, indices]);
  }

  toFloat32(x: Value): Value {
    return this.apply('Cast', [x], { to: { kind: 'int', value: 1 } });
  }

  reshape(x: Value, shape: readonly number[]): Value {
    return this.apply('Reshape', [x, this.integers(shape)]);
  }

  transpose(x: Value, permutation: readonly number[]): Value {
    return this.apply('Transpose', [x], { perm: { kind: 'ints', value: permutation } });
  }

  /** Equal parts of `x` along `axis`. */
  split(x: Value, axis: number, sizes: readonly number[]): Value[] {
    return this.#node(
      'Split',
      [x, this.integers(sizes)],
      { axis: { kind: 'int', value: axis } },
      sizes.length,
    );
  }

  /** Over the last axis, which stays with size 1. */
  reduceRows(op: 'ReduceMax' | 'ReduceSum', x: Value): Value {
    const keepdims = { kind: 'int', value: 1 } as const;
    return op === 'ReduceSum'
      ? this.apply(op, [x, this.integers([-1])], { keepdims })
      : this.apply(op, [x], { keepdims, axes: { kind: 'ints', value: [-1] } });
  }

  concat(parts: readonly Value[], axis: number): Value {
    const [only] = parts;
    if (only && parts.length === 1) return only;
    return this.apply('Concat', parts, { axis: { kind: 'int', value: axis } });
  }

  /** Elements `start` to `end` (exclusive) along `axis`; what lies outside is left out, so the result may be empty. */
  slice(x: Value, axis: number, start: number, end: number): Value {
    return this.apply('Slice', [x, this.integers([start]), this.integers([end]), this.integers([axis])]);
  }

  /** The size of dimension `axis`, as a value of shape [1]. */
  sizeOf(x: Value, axis: number): Value {
    return this.gather(this.apply('Shape', [x]), this.integers([axis]));
  }

  /** 0, 1, … as int64 [n], where n is a value of shape [1]. */
  range(length: Value): Value {
    const count = this.apply('Squeeze', [length]);
    return this.apply('Range', [this.integers([0], []), count, this.integers([1], [])]);
  }

  layerNorm(x: Value, weight: Value, bias: Value, epsilon: number): Value {
    return this.apply('LayerNormalization', [x, weight, bias], {
      axis: { kind: 'int', value: -1 },
      epsilon: { kind: 'float', value: epsilon },
    });
  }

  /** cap · tanh(x / cap), which keeps scores inside ±cap. */
  softCap(x: Value, cap: number): Value {
    return this.multiply(this.apply('Tanh', [this.multiply(x, this.float(1 / cap))]), this.float(cap));
  }

  /** x / √(mean x² + ε) · weight, over the last axis. */
  rmsNorm(x: Value, weight: Value, epsilon: number): Value {
    const meanSquare = this.apply('ReduceMean', [this.multiply(x, x)], {
      axes: { kind: 'ints', value: [-1] },
      keepdims: { kind: 'int', value: 1 },
    });
    const root = this.apply('Sqrt', [this.add(meanSquare, this.float(epsilon))]);
    return this.multiply(this.apply('Div', [x, root]), weight);
  }

  softmax(x: Value): Value {
    return this.apply('Softmax', [x], { axis: { kind: 'int', value: -1 } });
  }

  finish(graphName: string): OnnxModel {
    return {
      opset,
      graphName,
      nodes: weightsFirst(
        this.#nodes,
        this.#inputs.map((input) => input.name),
      ),
      initializers: [...this.#initializers.values()],
      inputs: this.#inputs,
      outputs: this.#outputs,
    };
  }

  #constant(type: OnnxType, shape: readonly number[], bytes: Uint8Array, label: string): Value {
    return this.weight({ kind: 'inline', name: `constant/${label}`, type, shape, bytes });
  }

  #node(
    op: string,
    inputs: readonly Value[],
    attributes: OnnxNode['attributes'],
    outputCount: number,
  ): Value[] {
    const name = `${op}_${this.#counter++}`;
    const outputs = Array.from({ length: outputCount }, (_, i) => ({ name: `${name}/${i}` }));
    this.#nodes.push({
      name,
      op,
      inputs: inputs.map((value) => value.name),
      outputs: outputs.map((value) => value.name),
      attributes,
    });
    return outputs;
  }
}

function floatBytes(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i] ?? 0, true);
  return bytes;
}
