import fc from 'fast-check';

// A fixed seed, so that a red run is red for everybody. FC_SEED explores another one; FC_RUNS tries more cases.
fc.configureGlobal({
  seed: Number(process.env.FC_SEED ?? 20240607),
  ...(process.env.FC_RUNS ? { numRuns: Number(process.env.FC_RUNS) } : {}),
});
