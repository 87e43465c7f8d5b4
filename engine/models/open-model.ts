import path from 'node:path';
import { openCheckpoint } from '../artifacts/checkpoint.ts';
import { indexName, singleName } from '../artifacts/find-weights.ts';
import type { Checked, Finding } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import { architectureOf } from '../graph/architectures/index.ts';
import { findOnnx, type OnnxLayout } from './find-onnx.ts';
import type { ModelSource } from './model-source.ts';
import { openOnnxSource } from './open-onnx-source.ts';

/**
 * Opens what a user named as a model: a Hugging Face folder, a folder with an exported ONNX model, or an .onnx file. An
 * ONNX model in the folder itself goes before a checkpoint, and one in its subfolder `onnx` after it (spec 01 §3.9);
 * an adapter that names a format decides where a folder has both.
 *
 * @example const { value: model, findings } = await openModel(files, '/models/tiny-gpt2')
 */
export async function openModel(
  files: FileReader,
  named: string,
  adapter = 'auto',
): Promise<Checked<ModelSource>> {
  const found = await findOnnx(files, named);
  const onnx = found.value;
  const isCheckpointThere = await hasCheckpoint(files, named);
  if (onnx && prefersOnnx(onnx, isCheckpointThere, adapter)) return openOnnxSource(files, onnx);
  // Findings about a choice of ONNX models matter only when there is nothing else.
  if (!onnx && found.findings.length > 0 && !isCheckpointThere)
    return { value: undefined, findings: found.findings };
  return openCheckpointSource(files, named);
}

async function hasCheckpoint(files: FileReader, folder: string): Promise<boolean> {
  for (const name of [singleName, indexName]) if (await files.facts(path.join(folder, name))) return true;
  return false;
}

function prefersOnnx(onnx: OnnxLayout, isCheckpointThere: boolean, adapter: string): boolean {
  if (onnx.isNamed || !isCheckpointThere || adapter === 'hf_causal_onnx') return true;
  if (['hf_causal', 'hf_mlm', 'hf_seq2seq'].includes(adapter)) return false;
  return !onnx.isInSubfolder;
}

async function openCheckpointSource(files: FileReader, folder: string): Promise<Checked<ModelSource>> {
  const { value: checkpoint, findings } = await openCheckpoint(files, folder);
  if (!checkpoint) return { value: undefined, findings };
  const { modelType, config, weights } = checkpoint;
  const plan = architectureOf(modelType)?.plan(config, weights).value;
  // Opening has checked the architecture with the same plan.
  if (!plan) return { value: undefined, findings: [...findings, unplanned(modelType, folder)] };
  const { loss, contextLength, vocabSize } = plan;
  const { tensors, quantization, weightFiles, identities, parameterCount } = checkpoint;
  const value: ModelSource = {
    kind: 'checkpoint',
    checkpoint,
    folder,
    modelType,
    config,
    loss,
    contextLength,
    vocabSize,
    tensors,
    weights,
    quantization,
    weightFiles,
    identities,
    parameterCount,
  };
  return { value, findings };
}

function unplanned(modelType: string, file: string): Finding {
  const message = `Models of type ${JSON.stringify(modelType)} cannot be evaluated in this version.`;
  return { code: 'M203', severity: 'error', message, file };
}
