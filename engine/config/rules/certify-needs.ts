import type { RuleView } from './rule.ts';

/** A file with a certify section describes a whole certification, so its data must be complete. */
export function certifyNeeds(view: RuleView): void {
  if (!view.has('/certify') || view.isUnknown('/certify')) return;
  const profile = view.text('/certify/profile') ?? 'dev';
  // The other profiles bring counts of their own (spec 01 §1.5).
  const counts = profile === 'dev' ? ['preview_n', 'final_n'] : [];
  for (const key of ['provider', 'seq_len', ...counts]) {
    const pointer = `/dataset/${key}`;
    if (view.has(pointer) || view.isUnknown(pointer)) continue;
    const at = view.has('/dataset') ? '/dataset' : '/certify';
    view.report(at, 'key', 'C116', 'error', `"dataset.${key}" is missing. A certification needs it.`, {
      expected: key,
    });
  }
}
