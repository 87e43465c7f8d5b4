import type { GraphBuilder, Value } from './graph-builder.ts';
import { type LinearShape, stableLinear } from './stable-linear.ts';

/** Where layers get their weights from; the shape is what config.json implies. */
export interface WeightSource {
  /** A stored tensor as float32. */
  float(name: string, shape: readonly number[]): Value;
  /** Rows of a stored table as float32: gathered first, so that a narrow table is never widened as a whole. */
  rows(name: string, shape: readonly number[], ids: Value): Value;
  /** What a product multiplies; a packed weight may be stored the other way round, or have its input rounded. */
  operands(x: Value, name: string, shape: LinearShape): Operands;
}

interface Operands {
  readonly x: Value;
  readonly weight: Value;
  readonly isInputFirst: boolean;
}

export interface LinearOptions extends LinearShape {
  readonly bias: boolean;
}

/**
 * The layers that architectures consist of, by the names of their modules: each looks up its weights, adds its
 * operators and registers its output. Stating the shapes here is what the check of a checkpoint's tensors rests on.
 *
 * @example const y = layers.linear(x, 'model.layers.0.self_attn.o_proj', { from: 64, to: 64, bias: false })
 */
export class Layers {
  readonly graph: GraphBuilder;
  readonly #source: WeightSource;

  constructor(graph: GraphBuilder, source: WeightSource) {
    this.graph = graph;
    this.#source = source;
  }

  weight(name: string, shape: readonly number[]): Value {
    return this.#source.float(name, shape);
  }

  /** x·W + b for x of shape [n, from]. */
  linear(x: Value, module: string, options: LinearOptions): Value {
    const { from, to } = options;
    const product = this.#source.operands(x, `${module}.weight`, options);
    const bias = options.bias ? this.weight(`${module}.bias`, [to]) : undefined;
    const shape = { from, to, isInputFirst: product.isInputFirst };
    return this.graph.module(module, stableLinear(this.graph, product.x, product.weight, bias, shape));
  }

  /** Rows of the table `<module>.weight`, which has the shape [rows, width]. */
  embedding(ids: Value, module: string, rows: number, width: number): Value {
    return this.graph.module(module, this.#source.rows(`${module}.weight`, [rows, width], ids));
  }

  layerNorm(x: Value, module: string, width: number, epsilon: number): Value {
    const weight = this.weight(`${module}.weight`, [width]);
    const bias = this.weight(`${module}.bias`, [width]);
    return this.graph.module(module, this.graph.layerNorm(x, weight, bias, epsilon));
  }

  rmsNorm(x: Value, module: string, width: number, epsilon: number): Value {
    const weight = this.weight(`${module}.weight`, [width]);
    return this.graph.module(module, this.graph.rmsNorm(x, weight, epsilon));
  }

  /** The weight is stored minus one (Gemma). */
  centredRmsNorm(x: Value, module: string, width: number, epsilon: number): Value {
    const weight = this.graph.add(this.weight(`${module}.weight`, [width]), this.graph.float(1));
    return this.graph.module(module, this.graph.rmsNorm(x, weight, epsilon));
  }
}
