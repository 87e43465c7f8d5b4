import path from 'node:path';
import { mapTensors, tensorsOf } from '../artifacts/onnx/model-tensors.ts';
import type { OnnxModel, OnnxType } from '../artifacts/onnx/onnx-model.ts';
import { type OnnxFile, openOnnxModel } from '../artifacts/onnx/open-onnx-model.ts';
import { readJsonSettings } from '../artifacts/read-json-settings.ts';
import { isTensorDtype, type TensorDtype } from '../artifacts/safetensors/dtypes.ts';
import { elementCount } from '../artifacts/tensor-facts.ts';
import { type Checked, type Finding, hasErrors } from '../core/findings.ts';
import { isInside } from '../core/is-inside.ts';
import type { FileReader } from '../core/ports.ts';
import { type ImportedParts, importOnnxGraph } from '../graph/imported/import-onnx-graph.ts';
import { modelSettings, type SettingsFiles } from '../graph/imported/model-settings.ts';
import type { OnnxLayout } from './find-onnx.ts';
import type { ModelSource, SourceTensor } from './model-source.ts';

/** Opens an exported ONNX model with the settings beside it, and proves that a graph can be made of it. */
export async function openOnnxSource(files: FileReader, layout: OnnxLayout): Promise<Checked<ModelSource>> {
  const settingsFiles = await readSettings(files, layout.folder);
  const model = await openOnnxModel(files, layout.file);
  const encoder =
    layout.encoderFile === undefined ? undefined : await openOnnxModel(files, layout.encoderFile);
  const findings: Finding[] = [...settingsFiles.findings, ...model.findings, ...(encoder?.findings ?? [])];
  const stopped = { value: undefined, findings };
  if (!model.value || (encoder && !encoder.value) || hasErrors(findings)) return stopped;
  const placed = inOneFolder([model.value, ...(encoder?.value ? [encoder.value] : [])]);
  const { config = {}, genai } = settingsFiles.value ?? {};
  const settings = modelSettings({ config, ...(genai && { genai }) });
  const [decoderModel, encoderModel] = placed.models;
  if (!decoderModel) return stopped;
  // A causal decoder may lie beside the encoder of another task; only one that reads an encoder gets it.
  const isReading = decoderModel.inputs.some(({ name }) => name.startsWith('encoder_'));
  const parts: ImportedParts = {
    model: decoderModel,
    weightsFolder: placed.folder,
    settings,
    ...(encoderModel && isReading && { encoder: encoderModel }),
  };
  const imported = importOnnxGraph(parts, { maximumRows: 1 });
  findings.push(...imported.findings.map((finding) => ({ file: layout.file, ...finding })));
  if (!imported.value) return stopped;
  const used = parts.encoder ? placed.files : model.value.files;
  const { loss, contextLength, vocabSize } = imported.value;
  const tensors = sourceTensors(parts);
  let parameterCount = 0;
  for (const { shape } of tensors.values()) parameterCount += elementCount(shape);
  const value: ModelSource = {
    kind: 'onnx',
    parts,
    folder: layout.folder,
    modelType: settings.modelType ?? 'onnx',
    config,
    loss,
    contextLength,
    vocabSize,
    isHeadWhole: imported.findings.some(({ code }) => code === 'M268'),
    tensors,
    weights: tensors,
    quantization: undefined,
    weightFiles: used,
    identities: new Map(used.map((file) => [file, placed.identities.get(file) ?? ''])),
    parameterCount,
  };
  return { value, findings };
}

/** Both files may be there, either, or none: an ONNX model says most of what is needed itself. */
async function readSettings(files: FileReader, folder: string): Promise<Checked<SettingsFiles>> {
  const findings: Finding[] = [];
  const read = async (name: string) => {
    if (!(await files.facts(path.join(folder, name)))) return undefined;
    const settings = await readJsonSettings(files, folder, name);
    findings.push(...settings.findings);
    return settings.value;
  };
  const config = await read('config.json');
  const genai = await read('genai_config.json');
  return { value: { ...(config && { config }), ...(genai && { genai }) }, findings };
}

interface PlacedModels {
  readonly folder: string;
  readonly models: readonly OnnxModel[];
  readonly files: readonly string[];
  readonly identities: ReadonlyMap<string, string>;
}

/** A session has one folder for its data, so locations become relative to one that both parts lie in. */
function inOneFolder(parts: readonly OnnxFile[]): PlacedModels {
  let folder = parts[0]?.weightsFolder ?? '';
  while (!parts.every(({ weightsFolder }) => isInside(folder, weightsFolder))) folder = path.dirname(folder);
  const models = parts.map(({ model, weightsFolder }) =>
    mapTensors(model, (tensor) => {
      if (tensor.kind !== 'external') return tensor;
      const location = path.relative(folder, path.join(weightsFolder, tensor.location));
      return { ...tensor, location: location.split(path.sep).join('/') };
    }),
  );
  return {
    folder,
    models,
    files: [...new Set(parts.flatMap(({ files }) => files))],
    identities: new Map(parts.flatMap(({ identities }) => [...identities])),
  };
}

/** Shapes, axes and the like are stored as tensors too; weights are what has other than 64-bit integers. */
function sourceTensors({ model, encoder, weightsFolder }: ImportedParts): Map<string, SourceTensor> {
  const tensors = new Map<string, SourceTensor>();
  const add = (part: OnnxModel, prefix: string): void => {
    for (const tensor of tensorsOf(part)) {
      if (tensor.kind === 'texts' || tensor.type === 'I64' || tensor.name === '') continue;
      const { type, shape } = tensor;
      const dtype = storedDtype(type);
      const name = prefix + tensor.name;
      const place =
        tensor.kind === 'inline'
          ? { bytes: tensor.bytes, lengthBytes: tensor.bytes.length }
          : {
              file: path.join(weightsFolder, tensor.location),
              offset: tensor.offset,
              lengthBytes: tensor.lengthBytes,
            };
      tensors.set(name, { name, dtype, shape, ...place });
    }
  };
  add(model, '');
  if (encoder) add(encoder, 'encoder/');
  return tensors;
}

/** The name that safetensors has for an element type; the few it has none for are as wide as a byte at most. */
function storedDtype(type: OnnxType): TensorDtype {
  if (type === 'F8_E4M3FN') return 'F8_E4M3';
  return isTensorDtype(type) ? type : 'U8';
}
