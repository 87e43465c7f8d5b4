import type { GateName } from '../../engine/policy/gates.ts';

const gates: Readonly<Record<GateName, string>> = {
  primary_metric_acceptable: 'primary metric',
  preview_final_drift_acceptable: 'drift',
  primary_metric_tail_acceptable: 'tail',
  invariants_pass: 'invariants',
  spectral_stable: 'spectral',
  rmt_stable: 'rmt',
  guard_overhead_acceptable: 'guard overhead',
};

/** Which gates a setting has a say in (spec 02 §7.4), by the longest pointer that holds it. */
const feeds: Readonly<Record<string, readonly GateName[]>> = {
  '/certify/tier': Object.keys(gates) as GateName[],
  '/auto/tier': Object.keys(gates) as GateName[],
  '/primary_metric/acceptance_range': ['primary_metric_acceptable'],
  '/primary_metric/drift_band': ['preview_final_drift_acceptable'],
  '/eval/metric': ['primary_metric_acceptable'],
  '/eval/bootstrap': ['primary_metric_acceptable'],
  '/dataset/preview_n': ['primary_metric_acceptable', 'preview_final_drift_acceptable'],
  '/dataset/final_n': [
    'primary_metric_acceptable',
    'preview_final_drift_acceptable',
    'primary_metric_tail_acceptable',
  ],
  '/dataset/seq_len': ['primary_metric_acceptable'],
  '/dataset/seed': ['primary_metric_acceptable'],
  '/guards/invariants': ['invariants_pass'],
  '/guards/spectral': ['spectral_stable'],
  '/guards/rmt': ['rmt_stable'],
};

/** The gates in words, or undefined for a setting that decides nothing. */
export function feedsGate(pointer: string): string | undefined {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const names = feeds[at];
    if (!names) continue;
    if (names.length === Object.keys(gates).length) return 'every gate';
    const words = names.map((name) => gates[name]);
    return words.length === 1 ? `the ${words[0]} gate` : `the gates ${words.join(', ')}`;
  }
  return undefined;
}
