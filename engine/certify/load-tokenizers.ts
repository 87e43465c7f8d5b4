import { type Checked, type Finding, hasErrors } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import type { ModelSource } from '../models/model-source.ts';
import { loadTokenizer, type ModelTokenizer } from '../tokenize/load-tokenizer.ts';

/**
 * Both models' own tokenizers, with the content hash compared: the subject's windows are the baseline's, so another
 * tokenizer would make the comparison meaningless (spec 02 EQ-14).
 */
export async function loadTokenizers(
  files: FileReader,
  baseline: ModelSource,
  subject: ModelSource,
): Promise<Checked<{ readonly baseline: ModelTokenizer; readonly subject: ModelTokenizer }>> {
  const first = await loadTokenizer(files, baseline.folder);
  const second = await loadTokenizer(files, subject.folder);
  const findings: Finding[] = [...first.findings, ...second.findings];
  if (!first.value || !second.value) return { value: undefined, findings };
  if (first.value.contentHash !== second.value.contentHash) {
    findings.push({
      code: 'E002',
      severity: 'error',
      message: `The tokenizer of the subject (${second.value.contentHash.slice(0, 12)}…) is not the baseline's (${first.value.contentHash.slice(0, 12)}…), so the same text would give different tokens. Copy the baseline's tokenizer files into ${subject.folder} if the edit did not mean to change them.`,
      file: subject.folder,
      expected: first.value.contentHash,
      actual: second.value.contentHash,
    });
  }
  for (const { folder, vocabSize: rows } of [baseline, subject]) {
    if (first.value.maxTokenId < rows) continue;
    findings.push({
      code: 'T303',
      severity: 'error',
      message: `The tokenizer has ids up to ${first.value.maxTokenId}, but the model in ${folder} has ${rows} rows. Put the tokenizer that belongs to the model into its folder.`,
      file: folder,
      expected: rows,
      actual: first.value.maxTokenId,
    });
  }
  const value = hasErrors(findings) ? undefined : { baseline: first.value, subject: second.value };
  return { value, findings };
}
