import type { Finding } from '../core/findings.ts';
import type { ProviderDigest } from './provider-digest.ts';

/**
 * What differs between the digests of two runs that should have seen the same (spec 02 §2.11), the first that applies: E004 a
 * digest is missing, E006 the windows, E002 the tokenizers, E003 the masked positions.
 */
export function providerParity(subject: ProviderDigest, baseline: ProviderDigest): Finding | undefined {
  const problem = (code: Finding['code'], key: keyof ProviderDigest, message: string): Finding => ({
    code,
    severity: 'error',
    message,
    pointer: `/provenance/provider_digest/${key}`,
    expected: baseline[key] ?? null,
    actual: subject[key] ?? null,
  });
  for (const key of ['ids_sha256', 'tokenizer_sha256'] as const) {
    if (!subject[key] || !baseline[key]) {
      return problem(
        'E004',
        key,
        `One of the runs does not record ${key}, so nothing shows that they saw the same.`,
      );
    }
  }
  if (subject.ids_sha256 !== baseline.ids_sha256)
    return problem(
      'E006',
      'ids_sha256',
      'Subject and baseline were evaluated on windows with different ids.',
    );
  if (subject.tokenizer_sha256 !== baseline.tokenizer_sha256)
    return problem('E002', 'tokenizer_sha256', 'Subject and baseline have different tokenizers.');
  const [ours, theirs] = [subject.masking_sha256, baseline.masking_sha256];
  if (ours && theirs && ours !== theirs)
    return problem('E003', 'masking_sha256', 'Different positions were masked for subject and baseline.');
  return undefined;
}
