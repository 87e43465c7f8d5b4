/**
 * McNemar's exact test: the two-sided probability of a split of discordant pairs at least as uneven as `lost` against
 * `gained`, when both are equally likely. 1 without discordant pairs.
 *
 * @example mcnemarExact(0, 5) // 0.0625
 */
export function mcnemarExact(lost: number, gained: number): number {
  const count = lost + gained;
  const smaller = Math.min(lost, gained);
  if (count === 0 || lost === gained) return 1;
  // Terms C(n, k) / 2ⁿ as logarithms, from k = 0 up, so that no power of two underflows.
  let logTerm = -count * Math.LN2;
  const logTerms = [logTerm];
  for (let k = 1; k <= smaller; k += 1) {
    logTerm += Math.log((count - k + 1) / k);
    logTerms.push(logTerm);
  }
  // Below the middle the terms grow, so the last is the largest.
  let sum = 0;
  for (const term of logTerms) sum += Math.exp(term - logTerm);
  return Math.min(1, 2 * Math.exp(logTerm) * sum);
}
