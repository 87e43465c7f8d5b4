import type { RuleView } from './rule.ts';

/** A file with a certify section describes a whole certification, so its data must be complete. */
export function certifyNeeds(view: RuleView): void {
  if (!view.has('/certify') || view.isUnknown('/certify')) return;
  // The other profiles bring counts of their own (spec 01 §1.5); one that is not named yet may do so too.
  const counts = view.profile === 'dev' ? ['preview_n', 'final_n'] : [];
  if (!view.has('/dataset') && !view.isUnknown('/dataset')) {
    const keys = ['provider', 'seq_len', ...counts].join(', ');
    const message = `"dataset" is missing. A certification needs it, with ${keys}.`;
    view.report('/certify', 'key', 'C116', 'error', message, { expected: 'dataset' });
    return;
  }
  for (const key of ['provider', 'seq_len', ...counts]) {
    const pointer = `/dataset/${key}`;
    if (view.has(pointer) || view.isUnknown(pointer)) continue;
    view.report(
      '/dataset',
      'key',
      'C116',
      'error',
      `"dataset.${key}" is missing. A certification needs it.`,
      {
        expected: key,
      },
    );
  }
}
