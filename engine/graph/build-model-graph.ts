import path from 'node:path';
import type { Checkpoint } from '../artifacts/checkpoint.ts';
import { writeOnnxModel } from '../artifacts/onnx/write-onnx-model.ts';
import { InvarLockError } from '../core/errors.ts';
import { architectureOf } from './architectures/index.ts';
import type { HeadChunks, HeadOutputs } from './chunked-losses.ts';
import { GraphBuilder, type Value } from './graph-builder.ts';
import { Layers } from './layers.ts';
import { lossHead } from './loss-head.ts';
import type { HiddenRows, LossKind, ModelGraph } from './model-graph.ts';
import { checkpointWeights } from './packed-weights/checkpoint-weights.ts';

export interface ModelGraphOptions extends HeadChunks, HeadOutputs {
  /** Whether `logits` is an output too. */
  readonly logits?: boolean;
}

/**
 * Builds the ONNX graph of a checkpoint. The weights stay where they are: every initializer points into the
 * checkpoint's own file, and the runtime maps it from there.
 *
 * @example const graph = buildModelGraph(checkpoint, { maximumRows: 512 }); const session = await runtime.open(graph)
 */
export function buildModelGraph(checkpoint: Checkpoint, options: ModelGraphOptions = {}): ModelGraph {
  const plan = architectureOf(checkpoint.modelType)?.plan(checkpoint.config, checkpoint.weights).value;
  if (!plan)
    throw new InvarLockError('M203', `There is no graph for models of type ${checkpoint.modelType}.`);

  const graph = new GraphBuilder();
  const layers = new Layers(graph, checkpointWeights(graph, checkpoint));
  const { inputs, positions, targets, ids, decoderIds } = declareInputs(graph, plan.loss);
  const built = plan.build(layers, {
    ids,
    length: graph.sizeOf(ids, 0),
    decoderIds,
    decoderLength: graph.sizeOf(decoderIds, 0),
  });
  const { losses, logits, top1, hidden } = lossHead(
    graph,
    { ...built, vocabSize: plan.vocabSize, contextLength: plan.contextLength, positions, targets },
    options,
  );
  graph.output(losses, { name: 'token_nll', type: 'F32', shape: ['m'] });
  if (top1) graph.output(top1, { name: 'is_top1', type: 'F32', shape: ['m'] });
  const hiddenRows = hidden && hiddenRowsOf(built.head.width);
  if (hidden && hiddenRows)
    graph.output(hidden, { name: 'hidden_rows', type: 'F32', shape: ['m', hiddenRows.width] });
  if (options.logits) graph.output(logits(), { name: 'logits', type: 'F32', shape: ['m', plan.vocabSize] });

  return {
    model: writeOnnxModel(graph.finish(checkpoint.modelType)),
    weightsFolder: path.dirname(checkpoint.weightFiles[0] ?? ''),
    loss: plan.loss,
    inputs,
    outputs: outputNames(options, hiddenRows),
    ...(hiddenRows ? { hiddenRows } : {}),
    contextLength: plan.contextLength,
    vocabSize: plan.vocabSize,
    ...(plan.decoderStartId === undefined ? {} : { decoderStartId: plan.decoderStartId }),
    maximumThreads: graph.maximumThreads,
    modules: graph.modules,
  };
}

/** Of a graph of either origin. */
export function outputNames({ top1, logits }: ModelGraphOptions, hidden?: HiddenRows): readonly string[] {
  return [
    'token_nll',
    ...(top1 ? ['is_top1'] : []),
    ...(hidden ? ['hidden_rows'] : []),
    ...(logits ? ['logits'] : []),
  ];
}

/** Graphs that we build compute in float32, however their weights are stored. */
function hiddenRowsOf(width: number | undefined): HiddenRows | undefined {
  return width === undefined ? undefined : { width, type: 'F32' };
}

interface DeclaredInputs {
  readonly inputs: readonly string[];
  readonly ids: Value;
  readonly decoderIds: Value;
  readonly positions: Value;
  readonly targets: Value;
}

function declareInputs(graph: GraphBuilder, loss: LossKind): DeclaredInputs {
  const sequence = (name: string, length: string): Value =>
    graph.reshape(graph.input({ name, type: 'I64', shape: [1, length] }), [-1]);
  const ids = sequence('input_ids', 'n');
  const decoderIds = loss === 'seq2seq' ? sequence('decoder_input_ids', 'k') : ids;
  const positions = graph.input({ name: 'positions', type: 'I64', shape: ['m'] });
  const targets = graph.input({ name: 'targets', type: 'I64', shape: ['m'] });
  const decoder = loss === 'seq2seq' ? ['decoder_input_ids'] : [];
  return { inputs: ['input_ids', ...decoder, 'positions', 'targets'], ids, decoderIds, positions, targets };
}
