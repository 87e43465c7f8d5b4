import {
  familyQuantiles,
  familyStatistics,
  farthestModules,
  summarizeFamilies,
  targetSigma,
  zScore,
} from '../../../engine/guards/spectral/family-statistics.ts';
import { byOperation, goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';

/** Spec 03 §3.4, §3.5 and §3.8. */
export const spectralStats = goldenCases(
  byOperation({
    z_score: ({ sigma, family_stats: statistics, fallback_value: baseline, deadband }) => ({
      z: zScore(sigma, statistics, baseline, deadband),
    }),
    family_stats: families,
  }),
  // Means of z-scores that cancel are a few units in the last place of 1.
  { tolerance: (pointer) => ({ relative: 1e-12, absolute: pointer.endsWith('/mean') ? 1e-14 : 0 }) },
);

function families(input: Golden, expected: Golden): Golden {
  const { baseline_sigmas: baseline, sigmas, module_family_map: map, family_caps: caps, deadband } = input;
  const statistics = familyStatistics(baseline, map);
  const zScores = Object.fromEntries(
    Object.entries<number>(sigmas).map(([module, sigma]) => [
      module,
      zScore(sigma, statistics[map[module]] ?? {}, baseline[module], deadband),
    ]),
  );
  return {
    family_stats: statistics,
    z_scores: zScores,
    family_z_summary: summarizeFamilies(zScores, map, caps),
    family_z_quantiles: familyQuantiles(zScores, map),
    top_z_scores: farthestModules(zScores, map),
    target_sigma: Object.fromEntries(
      Object.keys(expected.target_sigma).map((share) => [share, targetSigma(baseline, Number(share))]),
    ),
  };
}
