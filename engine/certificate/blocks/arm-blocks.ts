import { localIsoTime } from '../../core/local-time.ts';
import type { BlockInputs } from '../build-certificate.ts';
import type { BaselineReference, Certificate } from '../certificate-types.ts';
import { runId } from '../report-identity.ts';
import { structuralDeltas } from '../structural-deltas.ts';

/** The subject's run (spec 04 §2.3.1). */
export function metaBlock({
  subject,
  toolVersion,
  policyOverrides,
}: BlockInputs): Pick<Certificate, 'meta' | 'run_id'> {
  const { meta, context } = subject;
  return {
    run_id: runId({ ...meta }),
    meta: {
      model_id: meta.model_id,
      ...(meta.model_identity?.hub ? { hub: meta.model_identity.hub } : {}),
      adapter: meta.adapter,
      device: meta.device,
      ts: meta.ts,
      commit: meta.commit,
      seed: meta.seeds.python,
      seeds: meta.seeds,
      env_flags: meta.env_flags,
      determinism: meta.determinism,
      ...(meta.execution ? { execution: meta.execution } : {}),
      model_profile: meta.model_profile,
      profile: context.profile.toLowerCase(),
      tokenizer_hash: meta.tokenizer_hash,
      invarlock_version: toolVersion,
      ...(policyOverrides.length > 0 ? { policy_overrides: policyOverrides } : {}),
    },
  };
}

/** What was compared with (spec 04 §2.3.6). */
export function baselineReference({ baseline, evidence }: BlockInputs): BaselineReference {
  return {
    run_id: runId({ ...baseline.meta }),
    model_id: baseline.meta.model_id,
    ...(baseline.meta.model_identity?.hub ? { hub: baseline.meta.model_identity.hub } : {}),
    primary_metric: { kind: baseline.metrics.primary_metric.kind, final: evidence.baselineFinal },
    tokenizer_hash: baseline.meta.tokenizer_hash,
    ...(typeof baseline.meta.device === 'string' ? { device: baseline.meta.device } : {}),
  };
}

/** All facts that the report has about the edit, its settings included (spec 04 §2.3.4, CQ-19). */
export function editBlock({ subject }: BlockInputs): Certificate['edit'] {
  const { deltas: _deltas, ...edit } = subject.edit;
  return { ...edit, seed: subject.meta.seed };
}

/** What the edit changed, as measured between the two checkpoints (spec 04 §2.3.11). */
export function structureBlock({ subject }: BlockInputs): Certificate['structure'] {
  const { edit, meta } = subject;
  if (edit.deltas.params_changed !== null) return structuralDeltas({ edit, meta });
  return {
    params_changed: null,
    layers_modified: edit.deltas.layers_modified,
    ranks: {},
    compression_diagnostics: {
      execution_status: 'not_compared',
      warnings: ['Baseline and subject are stored in different formats, so no weights were compared.'],
    },
  };
}

/** Cost and size of the evaluation; what was not measured is absent (spec 04 §2.3.5). */
export function telemetryBlock({ subject }: BlockInputs): Certificate['telemetry'] {
  const { metrics, meta } = subject;
  const measured = {
    latency_ms_per_tok: metrics.latency_ms_per_tok,
    memory_mb_peak: metrics.memory_mb_peak,
    throughput_tok_per_s: metrics.throughput_tok_per_s,
  };
  return {
    ...Object.fromEntries(Object.entries(measured).filter(([, value]) => Number.isFinite(value))),
    preview_total_tokens: metrics.preview_total_tokens,
    final_total_tokens: metrics.final_total_tokens,
    masked_tokens_total: metrics.masked_tokens_total,
    masked_tokens_preview: metrics.masked_tokens_preview,
    masked_tokens_final: metrics.masked_tokens_final,
    device: meta.device,
  };
}

export function artifactsBlock({
  subject,
  generatedAt,
  subjectReportPath,
}: BlockInputs): Certificate['artifacts'] {
  return {
    events_path: subject.artifacts.events_path,
    report_path: subjectReportPath ?? '',
    generated_at: localIsoTime(generatedAt),
  };
}
