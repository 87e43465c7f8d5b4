import type { ParityFile } from '../parity-types.ts';
import { bootstrapLoglossCi, bootstrapPairedDelta } from './bootstrap.ts';
import { capacityAndPlan } from './capacity-and-plan.ts';
import { certificateMetrics } from './certificate-metrics.ts';
import { digests } from './digests.ts';
import { evaluationLoop } from './evaluation-loop.ts';
import { gates } from './gates.ts';
import { loglossFromLogits } from './logloss-from-logits.ts';
import { mlmMasking } from './mlm-masking.ts';
import { normalDist, numpyPrimitives } from './numerics.ts';
import { pairingSchedule } from './pairing-schedule.ts';
import { primaryMetric } from './primary-metric.ts';
import { rngMt19937 } from './rng-mt19937.ts';
import { rngPcg64 } from './rng-pcg64.ts';
import { runFlow } from './run-flow.ts';
import { tailStats } from './tail-stats.ts';
import { windowsProviders } from './windows-providers.ts';
import { windowsWikitext2 } from './windows-wikitext2.ts';

export const evaluationFiles: Readonly<Record<string, ParityFile>> = {
  bootstrap_logloss_ci: bootstrapLoglossCi,
  bootstrap_paired_delta: bootstrapPairedDelta,
  capacity_and_plan: capacityAndPlan,
  certificate_metrics: certificateMetrics,
  digests,
  evaluation_loop: evaluationLoop,
  gates,
  logloss_from_logits: loglossFromLogits,
  mlm_masking: mlmMasking,
  normal_dist: normalDist,
  numpy_primitives: numpyPrimitives,
  pairing_schedule: pairingSchedule,
  primary_metric: primaryMetric,
  rng_mt19937: rngMt19937,
  rng_pcg64: rngPcg64,
  tail_stats: tailStats,
  run_flow: runFlow,
  windows_providers: windowsProviders,
  windows_wikitext2: windowsWikitext2,
};
