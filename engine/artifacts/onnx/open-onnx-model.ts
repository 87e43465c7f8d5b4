import path from 'node:path';
import type { Checked, Finding } from '../../core/findings.ts';
import type { FileReader } from '../../core/ports.ts';
import { checkOperatorDomains } from './check-operator-domains.ts';
import { checkExternalData } from './external-data.ts';
import { mapTensors, tensorsOf } from './model-tensors.ts';
import type { OnnxModel } from './onnx-model.ts';
import { readOnnxFile } from './read-onnx-file.ts';

/** An ONNX model whose file and data were checked. Nothing of its weights was read. */
export interface OnnxFile {
  /** As the caller named it. */
  readonly file: string;
  /** Every external tensor's location is relative to `weightsFolder`. */
  readonly model: OnnxModel;
  /** Real path. */
  readonly weightsFolder: string;
  /** Real paths of the model and of all files with its data, the model first. */
  readonly files: readonly string[];
  /** Of each of them when it was looked at: see `checkWeightsUnchanged`. */
  readonly identities: ReadonlyMap<string, string>;
}

/**
 * Opens an .onnx file: its graph, and where its weights lie. Large tensors in the file itself become external data in
 * place, so the runtime maps them from there and a model of any size takes little memory.
 *
 * @example const { value, findings } = await openOnnxModel(files, '/models/tiny/model.onnx')
 */
export async function openOnnxModel(files: FileReader, file: string): Promise<Checked<OnnxFile>> {
  const read = await readOnnxFile(files, file);
  if (!read.value) return { value: undefined, findings: read.findings };
  const { model, realFile, identity } = read.value;
  const findings: Finding[] = [...read.findings, ...checkOperatorDomains(model, file)];
  const external = tensorsOf(model).flatMap((tensor) => (tensor.kind === 'external' ? [tensor] : []));
  const checked = await checkExternalData(files, file, realFile, external);
  findings.push(...checked.findings);
  if (!checked.value || findings.some(({ severity }) => severity === 'error'))
    return { value: undefined, findings };
  const { folder, realPaths, identities } = checked.value;
  const placed = mapTensors(model, (tensor) => {
    if (tensor.kind !== 'external') return tensor;
    const real = realPaths.get(tensor.location) ?? realFile;
    return { ...tensor, location: path.relative(folder, real).split(path.sep).join('/') };
  });
  const others = [...new Set(realPaths.values())].filter((real) => real !== realFile).sort();
  return {
    value: {
      file,
      model: placed,
      weightsFolder: folder,
      files: [realFile, ...others],
      identities: new Map([...identities, [realFile, identity]]),
    },
    findings,
  };
}
