import { certificateIntegrity } from '../../certificate/integrity.ts';
import type { Finding } from '../../core/findings.ts';
import { objectAt, textAt } from '../../core/json-access.ts';
import { type CheckContext, found } from '../check-context.ts';
import { isOurs } from '../is-ours.ts';

/**
 * The digest over the certificate but for the fields that change from run to run (spec 04 CQ-03). Files of the
 * reference have none, which is only noted.
 */
export function checkIntegrity({ certificate, root }: CheckContext): readonly Finding[] {
  if (!objectAt(certificate, 'integrity')) {
    const message = 'The certificate carries no digest over itself, so damage to it cannot be seen.';
    return [found('V522', '/integrity', message, { severity: isOurs(certificate) ? 'error' : 'note' })];
  }
  const expected = certificateIntegrity(root).sha256;
  const actual = textAt(certificate, 'integrity', 'sha256');
  if (actual === expected) return [];
  const message =
    'The digest over the certificate does not match: something was changed after it was written. It covers all but ' +
    'the integrity block and the volatile fields, such as run ids, times, paths, durations and environment.';
  return [found('V522', '/integrity/sha256', message, { expected, actual })];
}

/** Both models were evaluated on the same token ids, and those are the ids the dataset block names (spec 04 CQ-15). */
export function checkDataBinding({ certificate }: CheckContext): readonly Finding[] {
  return ['preview', 'final'].flatMap((arm) => {
    const subject = textAt(certificate, 'provenance', 'edited', `${arm}_hash`);
    const baseline = textAt(certificate, 'provenance', 'baseline', `${arm}_hash`);
    const dataset = textAt(certificate, 'dataset', 'hash', arm);
    const findings: Finding[] = [];
    if (subject !== undefined && baseline !== undefined && subject !== baseline) {
      const message = `Baseline and subject were evaluated on different ${arm} windows: the digests of their token ids differ.`;
      findings.push(
        found('E001', `/provenance/edited/${arm}_hash`, message, { expected: baseline, actual: subject }),
      );
    }
    if (subject !== undefined && dataset !== undefined && dataset !== `blake2s:${subject}`) {
      const message = `The digest of the ${arm} windows in the dataset block is not that of the subject's run.`;
      findings.push(
        found('E602', `/dataset/hash/${arm}`, message, { expected: `blake2s:${subject}`, actual: dataset }),
      );
    }
    return findings;
  });
}
