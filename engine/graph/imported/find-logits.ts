import type { OnnxValueInfo } from '../../artifacts/onnx/onnx-model.ts';
import type { Checked } from '../../core/findings.ts';

/** Scores that are given for the last position only would need one run for every token. */
const advice = 'Export the model with its language model head and the scores of all positions.';

/** The output with the scores over the vocabulary: by its name, else by its shape. */
export function findLogits(
  outputs: readonly OnnxValueInfo[],
  vocabSize: number | undefined,
): Checked<OnnxValueInfo> {
  const fail = (message: string): Checked<OnnxValueInfo> => ({
    value: undefined,
    findings: [{ code: 'M264', severity: 'error', message: `${message} ${advice}` }],
  });
  const named = outputs.find(({ name }) => name === 'logits');
  const fitting = outputs.filter(
    ({ name, shape }) => !/^present|hidden/u.test(name) && isScores(shape, vocabSize),
  );
  const logits = named ?? (fitting.length === 1 ? fitting[0] : undefined);
  if (!logits) {
    const names = outputs.map(({ name }) => name).filter((name) => !name.startsWith('present'));
    return fail(
      `The ONNX model gives ${names.slice(0, 5).join(', ') || 'nothing'}, but no scores over a vocabulary.`,
    );
  }
  const { shape } = logits;
  const width = shape?.at(-1);
  if (typeof width === 'number' && vocabSize !== undefined && width < vocabSize)
    return fail(`The ONNX model gives ${width} scores, but its vocabulary has ${vocabSize} entries.`);
  if (shape && shape.length !== 2 && shape.length !== 3)
    return fail(`The scores of the ONNX model have ${shape.length} dimensions instead of 2 or 3.`);
  if (shape?.at(-2) === 1) return fail('The ONNX model gives the scores of the last position only.');
  return { value: logits, findings: [] };
}

function isScores(shape: OnnxValueInfo['shape'], vocabSize: number | undefined): boolean {
  const width = shape?.at(-1);
  if (!shape || (shape.length !== 2 && shape.length !== 3) || typeof width !== 'number') return false;
  return vocabSize === undefined ? width > 256 : width >= vocabSize;
}
