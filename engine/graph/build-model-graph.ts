import path from 'node:path';
import type { Checkpoint } from '../artifacts/checkpoint.ts';
import { type OnnxType, onnxTypes } from '../artifacts/onnx/onnx-model.ts';
import { writeOnnxModel } from '../artifacts/onnx/write-onnx-model.ts';
import { InvarLockError } from '../core/errors.ts';
import { architectureOf } from './architectures/index.ts';
import { GraphBuilder, type Value } from './graph-builder.ts';
import { lossHead } from './loss-head.ts';

/** A model ready to be opened in a runtime: windows in, losses out. */
export interface ModelGraph {
  /** Serialized ModelProto. */
  readonly model: Uint8Array;
  /** The folder that the initializers' files lie in. */
  readonly weightsFolder: string;
  /** `input_ids` of shape [1, n] and `targets` of shape [1, m], m ≤ n: target i follows input i. */
  readonly inputs: readonly ['input_ids', 'targets'];
  /** `token_nll`, float32 of shape [m]. */
  readonly outputs: readonly ['token_nll'];
  readonly loss: 'causal';
  readonly contextLength: number;
  readonly vocabSize: number;
  /** With more threads the losses would differ in the last digit from those of a single thread. */
  readonly maximumThreads: number;
}

/**
 * Builds the ONNX graph of a checkpoint. The weights stay where they are: every initializer points into the
 * checkpoint's own file, and the runtime maps it from there.
 *
 * @example const graph = buildModelGraph(checkpoint); const session = await runtime.open(graph)
 */
export function buildModelGraph(checkpoint: Checkpoint): ModelGraph {
  const plan = architectureOf(checkpoint.modelType)?.plan(checkpoint.config, checkpoint.tensors).value;
  const weightsFolder = path.dirname(checkpoint.weightFiles[0] ?? '');
  if (!plan)
    throw new InvarLockError('M203', `There is no graph for models of type ${checkpoint.modelType}.`);

  const graph = new GraphBuilder();
  const weights = new Map<string, Value>();
  const weight = (name: string): Value => {
    const known = weights.get(name);
    if (known) return known;
    const value = externalWeight(graph, checkpoint, name);
    weights.set(name, value);
    return value;
  };
  const ids = graph.reshape(graph.input({ name: 'input_ids', type: 'I64', shape: [1, 'n'] }), [-1]);
  const targets = graph.reshape(graph.input({ name: 'targets', type: 'I64', shape: [1, 'm'] }), [-1]);
  const hidden = plan.build(graph, ids, weight);
  const losses = lossHead(graph, { hidden, headWeight: weight(plan.headWeight), targets });
  graph.output(losses, { name: 'token_nll', type: 'F32', shape: ['m'] });

  return {
    model: writeOnnxModel(graph.finish(checkpoint.modelType)),
    weightsFolder,
    inputs: ['input_ids', 'targets'],
    outputs: ['token_nll'],
    loss: plan.loss,
    contextLength: plan.contextLength,
    vocabSize: plan.vocabSize,
    maximumThreads: maximumThreads(plan.tensors),
  };
}

/**
 * ONNX Runtime splits a product's columns among the threads, in units of 16, and adds up longer stretches at a time
 * when a thread gets 64 columns or fewer; that changes the rounding. So every thread must get at least 80. Measured:
 * weights that are not packed in advance, products with more than 128 terms.
 */
function maximumThreads(tensors: readonly { readonly shape: readonly number[] }[]): number {
  const matrices = tensors.filter((tensor) => tensor.shape.length === 2);
  const narrowest = Math.min(...matrices.flatMap((tensor) => tensor.shape));
  return Math.max(1, Math.floor(Math.floor(narrowest / 16) / 5));
}

/** A stored tensor as float32. The cast is a node, so that narrow weights stay mapped from their file. */
function externalWeight(graph: GraphBuilder, checkpoint: Checkpoint, name: string): Value {
  const tensor = checkpoint.tensors.get(name);
  if (!tensor || !isOnnxType(tensor.dtype)) {
    throw new InvarLockError('M209', `The checkpoint has no usable tensor ${name}.`);
  }
  const value = graph.weight({
    kind: 'external',
    name,
    type: tensor.dtype,
    shape: tensor.shape,
    location: path.basename(tensor.file),
    offset: tensor.offset,
    lengthBytes: tensor.lengthBytes,
  });
  return tensor.dtype === 'F32' ? value : graph.toFloat32(value);
}

function isOnnxType(dtype: string): dtype is OnnxType {
  return Object.hasOwn(onnxTypes, dtype);
}
