/** The block that says whether the guard behind a flag of `validation` ran. */
export const guardOfGate: ReadonlyMap<string, string> = new Map([
  ['invariants_pass', 'invariants'],
  ['spectral_stable', 'spectral'],
  ['rmt_stable', 'rmt'],
  ['guard_overhead_acceptable', 'guard_overhead'],
]);
