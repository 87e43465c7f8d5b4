import { createHash } from 'node:crypto';
import path from 'node:path';
import { type Checkpoint, openCheckpoint } from '../artifacts/checkpoint.ts';
import { packedPart } from '../artifacts/quantization/read-quantization.ts';
import {
  decodeFloats,
  encodeFloats,
  isFloatDtype,
  readTensor,
} from '../artifacts/safetensors/read-tensor.ts';
import type { TensorSource } from '../artifacts/safetensors/write-safetensors.ts';
import type { StoredTensor } from '../artifacts/tensor-facts.ts';
import { hashFile, refuseOccupied, writeCheckpoint } from '../artifacts/write-checkpoint.ts';
import type { DiagnosticCode } from '../codes/index.ts';
import { InvarLockError } from '../core/errors.ts';
import type { Checked } from '../core/findings.ts';
import { isInside } from '../core/is-inside.ts';
import type { Files } from '../core/ports.ts';
import { editableModelTypes, isEditable, layerMatrices, referenceMatrices } from './edit-targets.ts';
import { type LowRankFactors, lowRankFactors, mergeLowRank } from './low-rank.ts';
import { type EditPlan, type EditRequest, planEdit } from './plan-edit.ts';
import { pruneByMagnitude } from './prune.ts';
import { quantizeRtn } from './quant-rtn.ts';
import { quantizeRtnReference } from './quant-rtn-reference.ts';
import { measureChange, type TensorChange } from './tensor-change.ts';
import { inTraversalOrder } from './traversal-order.ts';

export interface EditSummary {
  /** Short name of the edit, such as `int8-rtn` or `prune20`. */
  readonly name: string;
  /** What was done, as it is written to edit.json. */
  readonly edit: Readonly<Record<string, unknown>>;
  readonly modelType: string;
  readonly baseSha256: string;
  readonly sha256: string;
  readonly outFolder: string;
  /** Tensors in the checkpoint, changed or not. */
  readonly tensorCount: number;
  /** Tensors with another value than before, sorted by name. */
  readonly changed: readonly TensorChange[];
}

/**
 * Makes an edited copy of a model folder, with `edit.json` beside the weights. One tensor at a time is in memory. The
 * model's architecture need not be one that can be evaluated. When `cancelled` aborts, nothing is left and U707 is thrown.
 *
 * @example await applyEdit(files, { kind: 'quant_rtn', modelFolder, outFolder, bits: 8, granularity: 'channel' })
 */
export async function applyEdit(
  files: Files,
  request: EditRequest,
  { cancelled }: { readonly cancelled?: AbortSignal } = {},
): Promise<Checked<EditSummary>> {
  const planned = planEdit(request);
  if (!planned.value) return { value: undefined, findings: planned.findings };
  const plan = planned.value;
  const { outFolder } = request;
  const occupied = await refuseOccupied(files, outFolder);
  if (occupied) return occupied;
  const opened = await openCheckpoint(files, request.modelFolder, { evaluable: false });
  const checkpoint = opened.value;
  if (!checkpoint) return { value: undefined, findings: opened.findings };
  const fail = (code: DiagnosticCode, message: string): Checked<EditSummary> => ({
    value: undefined,
    findings: [{ code, severity: 'error', message, file: request.modelFolder }],
  });

  const stopIfCancelled = (): void => {
    if (cancelled?.aborted) throw new InvarLockError('U707', 'The edit was cancelled; nothing was written.');
  };

  if (await liesInModel(files, outFolder, request.modelFolder)) {
    return fail(
      'X611',
      `The output folder ${outFolder} lies inside the model folder ${request.modelFolder}. Name a folder beside it.`,
    );
  }
  if (!isEditable(checkpoint.modelType)) {
    return fail(
      'X606',
      `It is not known which matrices to edit in models of type ${checkpoint.modelType}. Supported: ${editableModelTypes.join(', ')}.`,
    );
  }
  const packed = packedPart(checkpoint.tensors);
  if (packed !== undefined) {
    return fail(
      'X607',
      `The matrices of the model are packed already (${packed}), so ${plan.name} does not apply: edit the checkpoint that it was made from.`,
    );
  }
  const targets = targetsOf(checkpoint, plan);
  const [first] = targets.names;
  if (first === undefined) return fail('X607', `The model has no matrix that ${plan.name} applies to.`);
  const dtypes = new Set<string>();
  for (const name of targets.names) {
    const dtype = checkpoint.tensors.get(name)?.dtype ?? '';
    dtypes.add(dtype);
    if (!isFloatDtype(dtype))
      return fail('M212', `Tensor ${name} is ${dtype}; only F32, F16 and BF16 matrices are edited.`);
  }

  const record = recordOf(plan, [...dtypes]);
  const baseSha256 = await baseDigest(files, checkpoint, stopIfCancelled);
  const changed: TensorChange[] = [];
  const factors = plan.kind === 'low_rank' ? factorsOf(checkpoint, targets.names, plan) : undefined;
  const tensors = [...checkpoint.tensors.values()].map(
    (tensor): TensorSource => ({
      name: tensor.name,
      dtype: tensor.dtype,
      shape: tensor.shape,
      async bytes() {
        stopIfCancelled();
        const bytes = await readTensor(files, tensor);
        return targets.names.has(tensor.name)
          ? editTensor(tensor, bytes, { plan, outputAxis: targets.outputAxis, factors }, changed)
          : bytes;
      },
    }),
  );
  const written = await writeCheckpoint(files, outFolder, {
    base: checkpoint,
    tensors,
    async extraFiles({ sha256 }) {
      stopIfCancelled();
      return {
        'edit.json': editRecord(plan.name, record, checkpoint.modelType, baseSha256, sha256, changed),
      };
    },
  });
  if (!written.value) return { value: undefined, findings: written.findings };
  const { sha256 } = written.value;
  const value: EditSummary = {
    name: plan.name,
    edit: record,
    modelType: checkpoint.modelType,
    baseSha256,
    sha256,
    outFolder,
    tensorCount: checkpoint.tensors.size,
    changed,
  };
  return { value, findings: opened.findings };
}

/** A copy inside the model would change the model, and the next copy would hold this one. */
async function liesInModel(files: Files, outFolder: string, modelFolder: string): Promise<boolean> {
  // Links on the way count, so the part of the path that exists is resolved.
  let existing = path.resolve(outFolder);
  while ((await files.facts(existing)) === undefined && path.dirname(existing) !== existing) {
    existing = path.dirname(existing);
  }
  return isInside(await files.realPath(modelFolder), await files.realPath(existing));
}

function targetsOf(
  checkpoint: Checkpoint,
  plan: EditPlan,
): { names: ReadonlySet<string>; outputAxis: 0 | 1 } {
  if (plan.kind === 'low_rank') return layerMatrices(checkpoint, 'attention');
  const matrices = layerMatrices(checkpoint);
  if (plan.kind !== 'quant_rtn_reference') return matrices;
  const names = [...referenceMatrices(checkpoint, plan.scope)].sort(inTraversalOrder);
  return { names: new Set(names.slice(0, plan.maxModules)), outputAxis: matrices.outputAxis };
}

interface EditWork {
  readonly plan: EditPlan;
  readonly outputAxis: 0 | 1;
  /** What a low-rank edit adds to each matrix. */
  readonly factors: ReadonlyMap<string, LowRankFactors> | undefined;
}

function factorsOf(
  { tensors }: Checkpoint,
  names: ReadonlySet<string>,
  { rank, seed }: { readonly rank: number; readonly seed: number },
): ReadonlyMap<string, LowRankFactors> {
  const shapes = new Map<string, readonly [number, number]>();
  for (const name of names) {
    const [rows = 1, columns = 1] = tensors.get(name)?.shape ?? [];
    shapes.set(name, [rows, columns]);
  }
  return lowRankFactors(shapes, rank, seed);
}

function editTensor(
  tensor: StoredTensor,
  bytes: Uint8Array,
  work: EditWork,
  changed: TensorChange[],
): Uint8Array {
  if (!isFloatDtype(tensor.dtype)) return bytes;
  const before = decodeFloats(bytes, tensor.dtype);
  const [rows = 1, columns = 1] = tensor.shape;
  const encoded = encodeFloats(apply(work, tensor.name, before, [rows, columns]), tensor.dtype);
  // Measured on what is stored, which for narrow types is rounded once more.
  const change = measureChange(tensor.name, before, decodeFloats(encoded, tensor.dtype));
  if (change) changed.push(change);
  return encoded;
}

function apply(
  { plan, outputAxis, factors }: EditWork,
  name: string,
  weights: Float32Array,
  shape: readonly [number, number],
): Float32Array {
  switch (plan.kind) {
    case 'quant_rtn':
      return quantizeRtn(weights, shape, { bits: plan.bits, granularity: plan.granularity, outputAxis });
    case 'quant_rtn_reference':
      return quantizeRtnReference(weights, shape, plan).weights;
    case 'prune':
      return pruneByMagnitude(weights, plan.sparsity);
    case 'low_rank': {
      const added = factors?.get(name);
      return added ? mergeLowRank(weights, shape, added, plan.relativeNorm) : weights;
    }
  }
}

/** Digest of the base weights: of the one file, or of the digests of all shards in the order of their names. */
async function baseDigest(files: Files, checkpoint: Checkpoint, beforePiece: () => void): Promise<string> {
  const digests: string[] = [];
  for (const file of checkpoint.weightFiles) digests.push(await hashFile(files, file, beforePiece));
  const [only] = digests;
  return digests.length === 1 && only ? only : createHash('sha256').update(digests.join('\n')).digest('hex');
}

/** The record says what the weights are stored as, which for narrow types is not float32. */
function recordOf(plan: EditPlan, dtypes: readonly string[]): Readonly<Record<string, unknown>> {
  if (plan.kind === 'prune' || dtypes.every((dtype) => dtype === 'F32')) return plan.record;
  if (plan.kind === 'low_rank') return { ...plan.record, stored_as: dtypes.join(', ') };
  return { ...plan.record, stored_as: `dequantised ${dtypes.join(', ')}` };
}

function editRecord(
  name: string,
  edit: unknown,
  base: string,
  baseSha256: string,
  sha256: string,
  changed: readonly TensorChange[],
): unknown {
  return {
    name,
    base,
    base_sha256: baseSha256,
    sha256,
    edit,
    tensors_changed: changed.length,
    parameters_changed: changed.reduce((sum, tensor) => sum + tensor.changedElements, 0),
    changed: changed.map((tensor) => tensor.name),
    errors: Object.fromEntries(
      changed.map((tensor) => [tensor.name, { max_abs: tensor.maxError, mean_abs: tensor.meanError }]),
    ),
  };
}
