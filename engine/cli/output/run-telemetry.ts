import type { RunReport } from '../../report/run-report.ts';

/** The content of `telemetry.json`: cost of a run without its evidence (spec 01 §8.1, Q-21). */
export function runTelemetry({ meta, context, metrics }: RunReport, runId: string, generatedAt: Date) {
  return {
    generated_at: generatedAt.toISOString(),
    meta: {
      run_id: runId,
      model_id: meta.model_id,
      profile: context.profile,
      tier: meta.auto.tier,
      device: meta.device,
      invarlock_version: meta.invarlock_version,
    },
    timings: metrics.timings,
    guard_timings: metrics.guard_timings,
    memory: { peak_mb: metrics.memory_mb_peak },
    performance: {
      latency_ms_per_tok: metrics.latency_ms_per_tok,
      throughput_tok_per_s: metrics.throughput_tok_per_s ?? null,
      total_tokens: metrics.total_tokens,
      windows: metrics.eval_samples,
    },
  };
}
