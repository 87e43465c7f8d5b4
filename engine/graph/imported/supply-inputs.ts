import { type OnnxType, type OnnxValueInfo, onnxBits, onnxTypes } from '../../artifacts/onnx/onnx-model.ts';
import type { Finding } from '../../core/findings.ts';
import type { ModelEditor } from '../instrument/model-editor.ts';
import { emptyCacheShape, isCacheInput } from './empty-cache.ts';
import type { ModelSettings } from './model-settings.ts';

/** Which sequence a graph reads, and what it calls it. */
export interface SequenceInputs {
  /** The contract's input, int64 [1, n]. */
  readonly source: string;
  /** What stands before all names of the graph. */
  readonly prefix: string;
  /** The number of tokens, int64 [1]. */
  readonly length: string;
}

export interface SupplyContext {
  readonly editor: ModelEditor;
  readonly settings: ModelSettings;
  /** The sequence whose logits are wanted. */
  readonly own: SequenceInputs;
  /** Of an encoder-decoder: the encoder's sequence, and what a decoder on its own reads of the encoder. */
  readonly encoder?: {
    readonly source: string;
    readonly length: string;
    readonly hidden: string | undefined;
  };
}

/**
 * Gives an exported graph the inputs that it was exported with, from the token ids alone: everything is attended, the
 * positions count from where the model's do, and nothing is cached. What is not known by its name is refused, since a guess would be a
 * wrong number that looks like a right one.
 */
export function supplyInputs(context: SupplyContext, idsInput: string): Finding[] {
  const { editor, own } = context;
  const findings: Finding[] = [];
  for (const info of editor.inputs.filter(({ name }) => name.startsWith(own.prefix))) {
    const name = info.name.slice(own.prefix.length);
    const problem = editor.isRead(info.name)
      ? (fixedSize(info, name === idsInput) ?? supply(context, info, name, idsInput))
      : undefined;
    if (problem === undefined) editor.removeInput(info.name);
    else findings.push(refused(name, problem));
  }
  return findings;
}

/** The input that takes the token ids: by its name, else the only matrix of integers. */
export function idsInputOf(inputs: readonly OnnxValueInfo[]): string | undefined {
  const names = inputs.map(({ name }) => name);
  const known = ['decoder_input_ids', 'input_ids', 'input', 'tokens', 'input_tokens', 'ids'].find((name) =>
    names.includes(name),
  );
  if (known !== undefined) return known;
  const matrices = inputs.filter(
    ({ type, shape, name }) =>
      (type === 'I64' || type === 'I32') && shape?.length === 2 && !/mask|position|type/u.test(name),
  );
  return matrices.length === 1 ? matrices[0]?.name : undefined;
}

/** An export without dynamic axes reads sequences of one length only. */
function fixedSize(info: OnnxValueInfo, isIds: boolean): string | undefined {
  if (!isIds) return undefined;
  const [batch, length] = info.shape ?? [];
  if (typeof batch === 'number' && batch !== 1)
    return `reads ${batch} sequences at a time; windows are read one by one`;
  return typeof length === 'number' ? `reads sequences of ${length} tokens only` : undefined;
}

function supply(
  context: SupplyContext,
  info: OnnxValueInfo,
  name: string,
  idsInput: string,
): string | undefined {
  const { editor, own, encoder } = context;
  const whole = { ...info, type: info.type ?? 'I64' };
  const { length } = own;
  if (name === idsInput) return give(editor, whole, own.source, 'I64');
  // With both sequences in one graph, the plain names are those of the encoder.
  const plain = encoder && idsInput === 'decoder_input_ids' ? encoder : own;
  switch (name) {
    case 'input_ids':
      return give(editor, whole, plain.source, 'I64');
    case 'attention_mask':
      return filled(editor, whole, plain.length, 1);
    case 'decoder_attention_mask':
      return filled(editor, whole, length, 1);
    case 'token_type_ids':
    case 'segment_ids':
      return filled(editor, whole, length, 0);
    case 'position_ids':
    case 'positions':
    case 'cache_position':
    case 'decoder_position_ids':
      return counted(editor, whole, length, context.settings.firstPosition ?? 0);
    // How many of the last rows are wanted; 0 stands for all.
    case 'num_logits_to_keep':
    case 'logits_to_keep':
    case 'past_sequence_length':
    case 'past_seq_len':
      return number(editor, whole, undefined, 0);
    case 'total_sequence_length':
      return number(editor, whole, length, 0);
    case 'seqlens_k':
      return number(editor, whole, length, -1);
    case 'use_cache_branch':
      return number(editor, whole, undefined, 0);
    case 'encoder_hidden_states':
    case 'encoder_outputs':
      return encoder?.hidden === undefined
        ? 'needs an encoder'
        : give(editor, whole, encoder.hidden, whole.type);
    case 'encoder_attention_mask':
      return encoder ? filled(editor, whole, encoder.length, 1) : 'needs an encoder';
  }
  // What a decoder would have kept of the encoder is not empty after the first token.
  if (/past_key_values\.\d+\.encoder\./u.test(name)) return encoderCache;
  if (isCacheInput(name)) return emptyCache(context, whole, name);
  return 'is of a kind that is not known';
}

const encoderCache = 'is a cache of the encoder, which a decoder with past wants; use decoder_model.onnx';

type TypedInfo = OnnxValueInfo & { readonly type: OnnxType };

/** The value in the element type that the graph wants. */
function give(editor: ModelEditor, info: TypedInfo, value: string, type: OnnxType): undefined {
  if (info.type === type) editor.addNode('Identity', [value], { name: info.name });
  else {
    const to = { kind: 'int', value: onnxTypes[info.type] } as const;
    editor.addNode('Cast', [value], { name: info.name, attributes: { to } });
  }
}

/** `value` at every place of [1, n]. */
function filled(editor: ModelEditor, info: TypedInfo, length: string, value: number): string | undefined {
  if ((info.shape?.length ?? 2) !== 2) return `has ${info.shape?.length} dimensions instead of 2`;
  const shape = editor.addNode('Concat', [editor.integers([1]), length], {
    attributes: { axis: { kind: 'int', value: 0 } },
  });
  return give(editor, info, editor.addNode('Expand', [editor.integers([value]), shape]), 'I64');
}

/** 0, 1, …, of shape [n] or [1, n]. */
function counted(editor: ModelEditor, info: TypedInfo, length: string, first: number): string | undefined {
  const rank = info.shape?.length ?? (info.name.endsWith('cache_position') ? 1 : 2);
  if (rank !== 1 && rank !== 2) return `has ${rank} dimensions instead of 1 or 2`;
  const end = first === 0 ? length : editor.addNode('Add', [length, editor.integers([first])]);
  const limits = [editor.integers([first], []), editor.squeeze(end, 0), editor.integers([1], [])];
  const range = editor.addNode('Range', limits);
  return give(editor, info, rank === 1 ? range : editor.unsqueeze(range, 0), 'I64');
}

/** One number, `length + offset` or `offset`, of no dimension or of as many as the graph says, all of size 1. */
function number(
  editor: ModelEditor,
  info: TypedInfo,
  length: string | undefined,
  offset: number,
): string | undefined {
  const rank = info.shape?.length ?? 1;
  const base =
    length === undefined
      ? editor.integers([offset])
      : editor.addNode('Add', [length, editor.integers([offset])]);
  return give(
    editor,
    info,
    editor.reshape(
      base,
      Array.from({ length: rank }, () => 1),
    ),
    'I64',
  );
}

/** A cache that holds nothing yet. */
function emptyCache({ editor, settings }: SupplyContext, info: TypedInfo, name: string): string | undefined {
  const shape = emptyCacheShape(name, info.shape, settings);
  if (typeof shape === 'string') return shape;
  const elements = shape.reduce((product, size) => product * size, 1);
  const bytes = new Uint8Array((elements * onnxBits[info.type]) / 8);
  editor.constant({ kind: 'inline', name: info.name, type: info.type, shape, bytes });
  return undefined;
}

function refused(name: string, problem: string): Finding {
  const message = `The ONNX model's input ${JSON.stringify(name.slice(0, 100))} ${problem}. Export it with token ids, attention mask, positions and cache as its inputs, and with dynamic axes.`;
  return { code: 'M263', severity: 'error', message, actual: name.slice(0, 100) };
}
