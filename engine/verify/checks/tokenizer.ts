import type { Finding } from '../../core/findings.ts';
import { textAt } from '../../core/json-access.ts';
import { type CheckContext, found } from '../check-context.ts';

/** Subject and baseline used the same tokenizer, where both hashes are recorded (spec 04 §4.1.5). */
export function checkTokenizer({ certificate }: CheckContext): readonly Finding[] {
  const inMeta = textAt(certificate, 'meta', 'tokenizer_hash');
  const subject = inMeta || textAt(certificate, 'dataset', 'tokenizer', 'hash');
  const baseline = textAt(certificate, 'baseline_ref', 'tokenizer_hash');
  if (!subject || !baseline || subject === baseline) return [];
  const pointer = inMeta ? '/meta/tokenizer_hash' : '/dataset/tokenizer/hash';
  const message =
    'Baseline and subject were evaluated with different tokenizers, so their losses cannot be compared.';
  return [found('E002', pointer, message, { expected: baseline, actual: subject })];
}
