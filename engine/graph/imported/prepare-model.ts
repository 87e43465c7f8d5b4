import type { OnnxModel, OnnxValueInfo } from '../../artifacts/onnx/onnx-model.ts';
import type { DiagnosticCode } from '../../codes/index.ts';
import type { Checked } from '../../core/findings.ts';
import { decoderPrefix, encoderPrefix } from '../instrument/prefixes.ts';
import type { LossKind } from '../model-graph.ts';
import { isCacheInput } from './empty-cache.ts';
import { findLogits } from './find-logits.ts';
import type { ImportedParts } from './import-onnx-graph.ts';
import { inlineFunctions } from './inline-functions.ts';
import { joinParts, withPrefixedEnds } from './join-parts.ts';
import { liftConstants } from './lift-constants.ts';
import { idsInputOf } from './supply-inputs.ts';
import { takeBranchWithout } from './take-branch.ts';

/** A flat graph, its ends renamed, and what was found out about it. */
export interface PreparedModel {
  readonly model: OnnxModel;
  readonly loss: LossKind;
  /** Nothing says that the model is causal. */
  readonly isKindAssumed: boolean;
  /** With the name that it has in `model`. */
  readonly logits: OnnxValueInfo;
  /** The input that takes the scored sequence's token ids, by its own name. */
  readonly idsInput: string;
  /** What a separate encoder gives, with the name that it has in `model`. */
  readonly encoderHidden?: string;
}

/** GatherElements, which the losses need, is of version 11; nothing older is exported any more. */
const leastOpset = 11;

/** Names of inputs and outputs that every graph here has. */
const reserved: readonly string[] = [
  'input_ids',
  'decoder_input_ids',
  'positions',
  'targets',
  'token_nll',
  'logits',
];

/** Flattens an exported model, puts its parts together, and finds where ids go in and scores come out. */
export function prepareModel(parts: ImportedParts): Checked<PreparedModel> {
  const fail = (code: DiagnosticCode, message: string): Checked<PreparedModel> => ({
    value: undefined,
    findings: [{ code, severity: 'error', message }],
  });
  for (const { opset } of [parts.model, ...(parts.encoder ? [parts.encoder] : [])]) {
    if (opset < leastOpset)
      return fail(
        'M269',
        `The ONNX model is written for operators of version ${opset}; at least ${leastOpset} is needed. Export it again.`,
      );
  }
  const flat = flatten(parts.model);
  const encoder = parts.encoder && flatten(parts.encoder);
  if (!flat || (parts.encoder && !encoder))
    return fail(
      'M253',
      'The functions of the ONNX model call each other in a circle, or grow beyond all bounds.',
    );
  const { inputs, outputs } = flat;
  const idsInput = idsInputOf(
    parts.encoder ? inputs.filter(({ name }) => !name.startsWith('encoder_')) : inputs,
  );
  if (idsInput === undefined) {
    const names = inputs
      .map(({ name }) => name)
      .slice(0, 8)
      .join(', ');
    return fail(
      'M263',
      `The ONNX model has no input for token ids, only ${names || 'none at all'}. Export the whole model, embeddings included.`,
    );
  }
  const logits = findLogits(outputs, parts.settings.vocabSize);
  if (!logits.value) return { value: undefined, findings: logits.findings };
  const named = withPrefixedEnds(flat, reserved);
  const model = encoder ? joinParts(encoder, named) : named;
  if (typeof model === 'string')
    return fail('M267', `Encoder and decoder cannot be put together: ${model}. Export both at once.`);
  const loss = lossOf(parts, inputs);
  const problem = partsProblem(parts, inputs, loss);
  if (problem !== undefined) return fail('M267', problem);
  const renamed = { ...logits.value, name: decoderPrefix + logits.value.name };
  const hidden =
    encoder && (encoder.outputs.find(({ name }) => name === 'last_hidden_state') ?? encoder.outputs[0]);
  // Only decoders that predict the next token have caches of their own.
  const isKindAssumed =
    loss === 'causal' && parts.settings.loss === undefined && !inputs.some(({ name }) => isCacheInput(name));
  const value = { model, loss, isKindAssumed, logits: renamed, idsInput };
  return { value: hidden ? { ...value, encoderHidden: encoderPrefix + hidden.name } : value, findings: [] };
}

function flatten(model: OnnxModel): OnnxModel | undefined {
  const inlined = inlineFunctions(model);
  return inlined && liftConstants(takeBranchWithout(inlined, 'use_cache_branch'));
}

function lossOf({ settings, encoder }: ImportedParts, inputs: readonly OnnxValueInfo[]): LossKind {
  if (encoder || inputs.some(({ name }) => name === 'decoder_input_ids')) return 'seq2seq';
  return settings.loss ?? 'causal';
}

/** Halves of an encoder-decoder are no models. */
function partsProblem(
  { encoder }: ImportedParts,
  inputs: readonly OnnxValueInfo[],
  loss: LossKind,
): string | undefined {
  const needsEncoder = inputs.some(({ name }) => name === 'encoder_hidden_states');
  if (needsEncoder && !encoder)
    return 'The ONNX model is a decoder that reads an encoder. Put encoder_model.onnx beside it and name the folder.';
  const isWhole = encoder !== undefined || inputs.some(({ name }) => name === 'decoder_input_ids');
  return loss === 'seq2seq' && !isWhole
    ? 'The model is an encoder-decoder, but the ONNX model has no input for what the decoder reads.'
    : undefined;
}
