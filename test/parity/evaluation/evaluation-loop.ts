import { type PairingProblem, pairingProblems } from '../../../engine/certificate/pairing-problems.ts';
import { collectWindows } from '../../../engine/evaluate/collect-windows.ts';
import { evaluationEvents } from '../../../engine/evaluate/evaluation-events.ts';
import { type ArmSlices, sliceArms } from '../../../engine/evaluate/slice-arms.ts';
import { perplexity, weightedMeanLogloss } from '../../../engine/metrics/aggregate.ts';
import { bootstrapFrom } from '../../../engine/metrics/bootstrap-settings.ts';
import { driftSummary, runIntervals } from '../../../engine/metrics/drift.ts';
import { foreignLosses } from '../../../engine/metrics/foreign-losses.ts';
import { pairLosses } from '../../../engine/metrics/paired-baseline.ts';
import { type BaselineArm, coverage, pairingStatistics } from '../../../engine/metrics/pairing.ts';
import { type PplKind, pplPrimaryMetric } from '../../../engine/metrics/primary-metric.ts';
import { evaluateTail } from '../../../engine/metrics/tail.ts';
import { tailPolicyFrom } from '../../../engine/policy/tail-policy.ts';
import { tierNamed } from '../../../engine/policy/tiers.ts';
import type { WindowRecords } from '../../../engine/report/run-report.ts';
import { goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';
import { isStrictEvaluation } from './strict-evaluation.ts';

/** Losses in, records, metrics and events out (spec 02 §2.10, §2.11, §4). */
export const evaluationLoop = goldenCases(evaluate, { tolerance: { relative: 1e-9, absolute: 1e-12 } });

interface Arms {
  readonly preview: WindowRecords;
  readonly final: WindowRecords;
}

function evaluate(input: Golden, expected: Golden): Golden {
  const { windows, context } = input;
  const slices = sliceArms(windows.length, {
    ...(input.preview_n === null ? {} : { preview: input.preview_n }),
    ...(input.final_n === null ? {} : { final: input.final_n }),
  });
  // Nothing to evaluate is an error of both.
  if (!slices) return expected.error ? expected : { error: 'nothing to evaluate' };
  const arms = recordsOf(input, slices);
  const { metrics, problem, found } = metricsOf(context, arms, slices);
  const events = [
    ...(input.phase === 'eval_phase' ? [['eval', 'start', 'INFO']] : []),
    ...found.map(({ operation, level }) => ['eval', operation, level]),
  ];
  if (problem) {
    events.push(['eval', 'error', 'ERROR']);
    if (input.phase === 'eval_phase' && isStrictEvaluation(context, input.env)) {
      const isSame = sameError(expected.error ? expected : undefined, problem) === expected;
      return isSame ? { ...expected, events } : { error: problem.message, events };
    }
  }
  if (input.phase === 'eval_phase') events.push(['eval', 'complete', 'INFO']);
  return {
    metrics: {
      ...metrics,
      ...tailOf(input, arms.final),
      // Its class and its sentence are the reference's own; what both have is the code.
      ...(problem ? { eval_error: sameError(expected.metrics.eval_error, problem) } : {}),
    },
    events,
    evaluation_windows: {
      preview: recorded(arms.preview, expected.evaluation_windows.preview),
      final: recorded(arms.final, expected.evaluation_windows.final),
    },
  };
}

/** The lists that the file holds; of long runs it holds only some. */
function recorded(records: WindowRecords, expected: Golden): Golden {
  return Object.fromEntries(Object.entries(records).filter(([key]) => key in expected));
}

function recordsOf({ windows, losses }: Golden, slices: ArmSlices): Arms {
  // A bare list is the tokens; a loss is used up by every window, also by one that does not count.
  const scored = windows.map((window: Golden, at: number) => ({
    inputIds: Array.isArray(window) ? window : (window.input_ids ?? window.inputs),
    ...(window.attention_mask ? { attentionMask: window.attention_mask } : {}),
    ...(window.labels ? { labels: window.labels } : {}),
    loss: losses[at] === null ? undefined : Number(losses[at]),
  }));
  const preview = collectWindows(scored.slice(0, slices.preview), 0);
  const rest = scored.slice(slices.preview, slices.preview + slices.final);
  return { preview, final: collectWindows(rest, preview.window_ids.length) };
}

function metricsOf(context: Golden, { preview, final }: Arms, slices: ArmSlices) {
  const bootstrap = bootstrapFrom(context.eval?.bootstrap, context.dataset?.seed);
  const losses = { preview: foreignLosses(preview), final: foreignLosses(final) };
  const means = { preview: weightedMeanLogloss(losses.preview), final: weightedMeanLogloss(losses.final) };
  const delta = means.preview === null || means.final === null ? null : means.final - means.preview;
  const summary = driftSummary(losses.preview, losses.final, delta);
  const intervals = runIntervals(losses.preview, losses.final, bootstrap, { reference: true });
  const { seq_len: seqLen = Number.NaN, stride = seqLen } = context.dataset ?? {};
  const pairing = pairingStatistics(
    { preview: identities(preview), final: identities(final) },
    context.pairing_baseline && {
      preview: baselineArm(context.pairing_baseline.preview),
      final: baselineArm(context.pairing_baseline.final),
    },
    { seqLen: Number(seqLen), stride: Number(stride) },
  );
  const tier = tierNamed(String(context.auto?.tier ?? '')) ?? 'balanced';
  const { replicates } = bootstrap;
  const counts = { preview: preview.window_ids.length, final: final.window_ids.length };
  const covered = coverage(
    tier,
    counts.preview,
    counts.final,
    bootstrap.enabled ? replicates : { idle: replicates },
  );
  const metric = pplPrimaryMetric({
    kind: kindOf(context.eval?.loss?.resolved_type),
    preview: perplexity(means.preview),
    final: perplexity(means.final),
    degenerateDrift: summary.degenerate_reason,
  });
  const { window_duplicate_fraction: duplicates, ...windowFacts } = pairing;
  const problem = problemOf(context, pairing, covered, counts, tier);
  const nonFinite = ({ logloss }: WindowRecords) => logloss.filter((loss) => loss === null).length;
  return {
    problem,
    found: evaluationEvents({
      notes: slices.notes,
      preview: { windows: counts.preview, nonFinite: nonFinite(preview) },
      final: { windows: counts.final, nonFinite: nonFinite(final) },
      metric,
      drift: summary,
      pairing,
      isPaired: !!context.pairing_baseline,
      coverage: problem?.code === 'E001' ? passing(covered) : covered,
    }),
    metrics: {
      primary_metric: {
        kind: metric.kind,
        preview: metric.preview,
        final: metric.final,
        invalid: metric.invalid,
        degraded: metric.degraded,
        degraded_reason: metric.degraded_reason ?? null,
      },
      logloss_preview: means.preview,
      logloss_final: means.final,
      logloss_delta: delta,
      logloss_preview_ci: intervals.preview,
      logloss_final_ci: intervals.final,
      logloss_delta_ci: intervals.delta,
      ...tokenFacts({ preview, final }),
      reduction: { mode: 'token_mean', implementation: 'in_graph_log_softmax' },
      ...windowFacts,
      bootstrap: {
        ...bootstrap,
        ci_band: context.eval?.bootstrap?.ci_band ?? 0.1,
        // The reference stops before it writes these when something is wrong.
        ...(problem
          ? {}
          : {
              window_duplicate_fraction: duplicates,
              window_match_fraction: pairing.window_match_fraction,
              // An unknown tier has balanced's floors and keeps its name.
              coverage: { ...covered, tier: context.auto?.tier ?? tier },
            }),
      },
      paired_windows: Math.min(counts.preview, counts.final),
      paired_delta_summary: { ...summary, degenerate_reason: summary.degenerate_reason ?? null },
    },
  };
}

/** What ci and release do not accept of a run that is paired. */
function problemOf(context: Golden, pairing: Golden, covered: Golden, counts: Golden, tier: Golden) {
  const isStrict = ['ci', 'release'].includes(
    String(context.profile ?? '')
      .trim()
      .toLowerCase(),
  );
  if (!isStrict || !context.pairing_baseline) return undefined;
  const stats = {
    ...pairing,
    window_pairing_reason: null,
    paired_windows: Math.max(1, Math.min(counts.preview, counts.final)),
    actual_preview: counts.preview,
    actual_final: counts.final,
    coverage: covered,
  };
  const [first] = pairingProblems(stats, tier);
  return first;
}

/** Where the reference stops at the pairing it has not looked at the coverage yet. */
function passing(covered: Golden): Golden {
  const pass = (part: Golden) => ({ ...part, ok: true });
  const { tier, preview, final, replicates } = covered;
  return { tier, preview: pass(preview), final: pass(final), replicates: pass(replicates) };
}

/** What the reference's sentence about each problem of a pairing has to say where it has no code. */
const SAID: Readonly<Record<string, RegExp>> = {
  window_pairing_reason: /pairing mismatch/u,
  window_match_fraction: /pairing mismatch/u,
  window_overlap_fraction: /overlap/u,
  paired_windows: /pairing mismatch/u,
  counts: /count mismatch/u,
};

/** The reference's code, or a sentence of its about the same; anything else, also no error of its, differs. */
function sameError(expected: Golden, { code, field }: PairingProblem): Golden {
  if (expected === undefined) return { code };
  const message = String(expected.message ?? '');
  const named = /E\d{3}/u.exec(message)?.[0];
  const isSame = named === undefined ? SAID[field]?.test(message) : named === code;
  return isSame ? expected : { code };
}

function tokenFacts({ preview, final }: Arms): Golden {
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const [actualPreview, actualFinal] = [sum(preview.actual_token_counts), sum(final.actual_token_counts)];
  const [maskedPreview, maskedFinal] = [sum(preview.masked_token_counts), sum(final.masked_token_counts)];
  return {
    eval_samples: preview.window_ids.length + final.window_ids.length,
    total_tokens: actualPreview + actualFinal,
    preview_total_tokens: actualPreview,
    final_total_tokens: actualFinal,
    masked_tokens_total: maskedPreview + maskedFinal,
    masked_tokens_preview: maskedPreview,
    masked_tokens_final: maskedFinal,
  };
}

function tailOf({ phase, context, tier_policies: policies }: Golden, final: WindowRecords): Golden {
  const reference = context.baseline_eval_windows?.final;
  if (phase !== 'eval_phase' || !reference) return {};
  const pairs = pairLosses(foreignLosses(final), foreignLosses(reference));
  return {
    primary_metric_tail: evaluateTail(
      pairs.map(({ subject, baseline }) => subject - baseline),
      pairs.map(({ weight }) => weight),
      tailPolicyFrom(policies?.metrics?.pm_tail),
    ),
  };
}

function identities({ window_ids: ids, input_ids: rows }: WindowRecords) {
  return ids.map((id, at) => ({ id, inputIds: rows[at] ?? [] }));
}

function baselineArm(section: Golden): BaselineArm {
  if (!section || Object.keys(section).length === 0) return [];
  const { window_ids: ids, input_ids: rows } = section;
  if (!Array.isArray(ids) || !Array.isArray(rows)) return 'invalid';
  return ids.map((id, at) => ({ id: Number(id), inputIds: rows[at] ?? [] }));
}

function kindOf(loss: Golden): PplKind {
  if (loss === 'mlm') return 'ppl_mlm';
  return loss === 'seq2seq' ? 'ppl_seq2seq' : 'ppl_causal';
}
