import { guardEntry, guardVerdict } from '../../../engine/guards/blocks/guard-entry.ts';
import { rmtBlock } from '../../../engine/guards/blocks/rmt-block.ts';
import { spectralBlock } from '../../../engine/guards/blocks/spectral-block.ts';
import { varianceBlock } from '../../../engine/guards/blocks/variance-block.ts';
import { tierNamed } from '../../../engine/policy/tiers.ts';
import { goldenCases } from '../golden-cases.ts';

/** Spec 03 §3.10, §4.7, §5.9 and §1.7. */
export const guardCertificateBlocks = goldenCases(
  ({ report, baseline_normalized: baseline }) => {
    const tier = tierNamed(report.meta.auto.tier) ?? 'balanced';
    const [spectral, rmt] = (['spectral', 'rmt'] as const).map((name) => guardEntry(report, name));
    return {
      spectral: spectralBlock({ tier, entry: spectral, baseline: baseline.spectral }),
      rmt: rmtBlock({ tier, entry: rmt, baseline: baseline.rmt }),
      variance: varianceBlock(guardEntry(report, 'variance')),
      guard_validation_flags: {
        invariants_pass: guardVerdict(guardEntry(report, 'invariants')),
        spectral_stable: guardVerdict(spectral),
        rmt_stable: guardVerdict(rmt),
        guard_overhead_acceptable: null,
      },
    };
  },
  { tolerance: { relative: 1e-12 } },
);
