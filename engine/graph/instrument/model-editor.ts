import type {
  OnnxAttribute,
  OnnxInitializer,
  OnnxModel,
  OnnxNode,
  OnnxType,
  OnnxValueInfo,
} from '../../artifacts/onnx/onnx-model.ts';
import { orderedNodes } from './ordered-nodes.ts';
import { namesRead } from './rename-nodes.ts';

/** What all names have that are added to a model; foreign graphs do not use them. */
const prefix = 'invarlock/';

/** IR version 4 and later: weights need not be inputs. 8 knows what is added here. */
const leastIrVersion = 8;

/**
 * Changes a model, whoever made it: adds operators in the form that the model's own version of them has, rewires
 * values, and gives the result with only those nodes that its outputs need, in order.
 */
export class ModelEditor {
  readonly opset: number;
  readonly #model: OnnxModel;
  readonly #initializers: Map<string, OnnxInitializer>;
  #nodes: OnnxNode[];
  #producers: Map<string, OnnxNode>;
  #inputs: OnnxValueInfo[];
  #outputs: OnnxValueInfo[];
  #read: Set<string> | undefined;
  #counter = 0;

  constructor(model: OnnxModel) {
    this.#model = model;
    this.opset = model.opset;
    this.#nodes = [...model.nodes];
    this.#producers = producersOf(this.#nodes);
    this.#initializers = new Map(model.initializers.map((tensor) => [tensor.name, tensor]));
    // An input with a stored value is a weight of the old format.
    this.#inputs = model.inputs.filter(({ name }) => !this.#initializers.has(name));
    this.#outputs = [...model.outputs];
  }

  get nodes(): readonly OnnxNode[] {
    return this.#nodes;
  }

  get inputs(): readonly OnnxValueInfo[] {
    return this.#inputs;
  }

  get outputs(): readonly OnnxValueInfo[] {
    return this.#outputs;
  }

  producerOf(name: string): OnnxNode | undefined {
    return this.#producers.get(name);
  }

  initializer(name: string): OnnxInitializer | undefined {
    return this.#initializers.get(name);
  }

  /** Whether any node reads a value, or it is given out. */
  isRead(name: string): boolean {
    this.#read ??= new Set([
      ...this.#nodes.flatMap(namesRead),
      ...this.#outputs.map((output) => output.name),
    ]);
    return this.#read.has(name);
  }

  addInput(info: OnnxValueInfo): string {
    this.#inputs.push(info);
    return info.name;
  }

  /** From here on the model itself gives the value: the input of that name is none any more. */
  removeInput(name: string): void {
    this.#inputs = this.#inputs.filter((input) => input.name !== name);
  }

  setOutputs(outputs: readonly OnnxValueInfo[]): void {
    this.#outputs = [...outputs];
  }

  addOutput(value: string, info: OnnxValueInfo): void {
    this.addNode('Identity', [value], { name: info.name });
    this.#outputs.push(info);
  }

  /** Adds an operator with one output, which gets `name` or a new one, and gives that. */
  addNode(
    op: string,
    inputs: readonly string[],
    options: {
      readonly name?: string;
      readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
      readonly domain?: string;
    } = {},
  ): string {
    const output = options.name ?? this.newName(op);
    const { attributes = {}, domain } = options;
    this.addNodes([{ name: output, op, inputs, outputs: [output], attributes, ...(domain && { domain }) }]);
    return output;
  }

  /** `addNode` as the builder of our own graphs has it. */
  apply(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    return this.addNode(op, inputs, { attributes });
  }

  /** Nodes as they are; the outputs must be new names. */
  addNodes(nodes: readonly OnnxNode[]): void {
    this.#read = undefined;
    for (const node of nodes) {
      this.#nodes.push(node);
      for (const name of node.outputs) if (name !== '') this.#producers.set(name, node);
    }
  }

  newName(label: string): string {
    this.#counter += 1;
    const name = `${prefix}${label}_${this.#counter}`;
    return this.#producers.has(name) || this.#initializers.has(name) ? this.newName(label) : name;
  }

  /** Replaces nodes one by one. */
  changeNodes(change: (node: OnnxNode) => OnnxNode): void {
    this.#nodes = this.#nodes.map(change);
    this.#producers = producersOf(this.#nodes);
    this.#read = undefined;
  }

  constant(tensor: OnnxInitializer): string {
    this.#initializers.set(tensor.name, tensor);
    return tensor.name;
  }

  integers(values: readonly number[], shape: readonly number[] = [values.length]): string {
    const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    const name = `${prefix}i64_${shape.join('x')}_${values.join('_')}`;
    return this.constant({ kind: 'inline', name, type: 'I64', shape, bytes });
  }

  /** A number of no dimensions. */
  float(value: number): string {
    const bytes = new Uint8Array(Float32Array.of(value).buffer);
    return this.constant({ kind: 'inline', name: `${prefix}f32_${value}`, type: 'F32', shape: [], bytes });
  }

  reshape(value: string, shape: readonly number[]): string {
    return this.addNode('Reshape', [value, this.integers(shape)]);
  }

  cast(value: string, type: OnnxType, number: number): string {
    const label = `as_${type}`;
    return this.addNode('Cast', [value], { name: this.newName(label), attributes: { to: integer(number) } });
  }

  gatherRows(table: string, rows: string): string {
    return this.addNode('Gather', [table, rows], { attributes: { axis: integer(0) } });
  }

  /** Over the last axis of a matrix, which stays with size 1. Where the axes are given changed with the versions. */
  reduceRows(op: 'ReduceMax' | 'ReduceSum' | 'ReduceMean', value: string): string {
    const isInput = this.opset >= (op === 'ReduceSum' ? 13 : 18);
    const keepdims = integer(1);
    return isInput
      ? this.addNode(op, [value, this.integers([1])], { attributes: { keepdims } })
      : this.addNode(op, [value], { attributes: { keepdims, axes: { kind: 'ints', value: [1] } } });
  }

  unsqueeze(value: string, axis: number): string {
    return this.opset >= 13
      ? this.addNode('Unsqueeze', [value, this.integers([axis])])
      : this.addNode('Unsqueeze', [value], { attributes: { axes: { kind: 'ints', value: [axis] } } });
  }

  squeeze(value: string, axis: number): string {
    return this.opset >= 13
      ? this.addNode('Squeeze', [value, this.integers([axis])])
      : this.addNode('Squeeze', [value], { attributes: { axes: { kind: 'ints', value: [axis] } } });
  }

  finish(): OnnxModel {
    const { nodes, used } = orderedNodes(
      this.#nodes,
      this.#outputs.map(({ name }) => name),
    );
    const needed = [...this.#initializers.values()].filter(({ name }) => used.has(name));
    return {
      ...this.#model,
      irVersion: Math.max(this.#model.irVersion ?? 0, leastIrVersion),
      nodes,
      initializers: needed,
      inputs: this.#inputs,
      outputs: this.#outputs,
      valueInfos: this.#model.valueInfos?.filter(({ name }) => used.has(name)) ?? [],
    };
  }
}

function integer(value: number): OnnxAttribute {
  return { kind: 'int', value };
}

function producersOf(nodes: readonly OnnxNode[]): Map<string, OnnxNode> {
  const producers = new Map<string, OnnxNode>();
  for (const node of nodes) for (const name of node.outputs) if (name !== '') producers.set(name, node);
  return producers;
}
