import path from 'node:path';
import type { DiagnosticCode } from '../../codes/index.ts';
import type { Checked } from '../../core/findings.ts';
import { isLfsPointer, lfsPointerBytes, lfsPointerProblem } from '../../core/lfs-pointer.ts';
import type { FileReader } from '../../core/ports.ts';
import { openWeightFile } from '../open-weight-file.ts';
import { decodeModel } from './decode-model.ts';
import type { OnnxModel } from './onnx-model.ts';
import { OnnxProblem } from './onnx-problem.ts';
import type { FieldBudget } from './protobuf-fields.ts';
import { type ScanLimits, scanOnnxFile } from './scan-onnx-file.ts';

/** Bounds of what is read of one file. Graphs of the largest models have a few megabytes and some 100 000 nodes. */
export interface OnnxLimits extends ScanLimits {
  readonly fields: number;
  readonly fileBytes: number;
}

export const onnxLimits: OnnxLimits = {
  pieceBytes: 64 * 1024,
  skeletonBytes: 256 * 1024 * 1024,
  depth: 24,
  fields: 6_000_000,
  fileBytes: 2 ** 40,
};

/** A model as it is in its file; tensors that stay there have the file's own name as their location. */
export interface ReadOnnx {
  readonly model: OnnxModel;
  readonly realFile: string;
  /** Of the file that was read; see `FileFacts`. */
  readonly identity: string;
}

/** Reads the graph of an .onnx file in bounded time and memory, whatever the file holds. Data elsewhere is not looked at. */
export async function readOnnxFile(
  files: FileReader,
  file: string,
  limits: OnnxLimits = onnxLimits,
): Promise<Checked<ReadOnnx>> {
  const fail = (code: DiagnosticCode, message: string): Checked<ReadOnnx> => ({
    value: undefined,
    findings: [{ code, severity: 'error', message: `${path.basename(file)}: ${message}`, file }],
  });
  const weights = await openWeightFile(files, file);
  if (!weights.value) return { value: undefined, findings: weights.findings };
  const { real: realFile, opened } = weights.value;
  try {
    const { sizeBytes, identity = '' } = opened.facts;
    if (sizeBytes > limits.fileBytes) return fail('M253', `it has more than ${limits.fileBytes} bytes.`);
    if (isLfsPointer(await opened.read(0, Math.min(lfsPointerBytes, sizeBytes))))
      return fail('M241', `${lfsPointerProblem}.`);
    const budget: FieldBudget = { fieldsLeft: limits.fields };
    const fields = await scanOnnxFile(opened, limits, budget);
    const model = decodeModel(fields, path.basename(realFile), budget);
    return { value: { model, realFile, identity }, findings: weights.findings };
  } catch (error) {
    if (error instanceof OnnxProblem) return fail(error.code, error.message);
    throw error;
  } finally {
    await opened.close();
  }
}
