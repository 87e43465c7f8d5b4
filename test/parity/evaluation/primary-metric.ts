import {
  type Contribution,
  compareMetric,
  contributionsPoint,
} from '../../../engine/metrics/compare-metric.ts';
import { type MetricKind, metricKindNamed, metricKinds } from '../../../engine/metrics/metric-kinds.ts';
import { metricPoint } from '../../../engine/metrics/metric-point.ts';
import { blockProblem, metricSnapshot, withHealth } from '../../../engine/metrics/metric-snapshot.ts';
import { resolveMetric } from '../../../engine/metrics/resolve-metric.ts';
import { bleu1, exactMatch, labelAccuracy, rougeL } from '../../../engine/metrics/text-tasks.ts';
import { byOperation, goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';
import { failsAlike } from './fails-alike.ts';
import { foreignNumber } from './foreign-number.ts';
import { revived } from './revived.ts';

/** Metric objects and what is made of them (spec 02 §5.1 to §5.3). */
export const primaryMetric = goldenCases(
  byOperation({
    point_from_windows: ({ kind, windows }, expected) => {
      const named = metricKindNamed(kind);
      if (!named) return expected.error === 'KeyError' ? expected : { error: 'unknown kind' };
      return { point: metricPoint(named, revived(windows), { reference: true }) };
    },
    accumulate_finalize: ({ kind, items }) => ({
      value: contributionsPoint(kindOf(kind), contributions(items)),
    }),
    paired_compare: comparison,
    compute_primary_metric_from_report: ({ report, kind, baseline }) =>
      metricSnapshot(revived(report), kindOf(kind), revived(baseline), { reference: true }),
    validate_primary_metric_block: ({ block }, expected) => {
      const problem = blockProblem(revived(block));
      if (!problem) return { ok: true };
      return { error: expected.error, code: 'E402', message: expected.message, details: problem };
    },
    merge_primary_metric_health: ({ primary_metric: metric, core }) =>
      metric ? withHealth(metric, core) : {},
    resolve_metric_and_provider: ({ config, profile, loss, override }) => {
      const { kind, provider, options } = resolveMetric({
        config,
        family: { metric: profile.default_metric, provider: profile.default_provider },
        loss,
        ...(override === null ? {} : { override }),
      });
      return { metric_kind: kind, provider, options };
    },
    accuracy_from_records: ({ records }, { empty }) => ({
      value: labelAccuracy(records),
      ...(empty === undefined ? {} : { empty: labelAccuracy([]) }),
    }),
    exact_match_from_records: ({ records }) => ({ value: exactMatch(records) }),
    bleu1_from_records: ({ records }) => ({ value: bleu1(records) }),
    rouge_l_from_records: ({ records }) => ({ value: rougeL(records) }),
    metric_metadata: () =>
      Object.fromEntries(Object.entries(metricKinds).map(([kind, facts]) => [kind, { kind, ...facts }])),
  }),
  {
    tolerance: (pointer) =>
      /ci/u.test(pointer) ? { relative: 1e-9, absolute: 1e-12 } : { relative: 1e-12, absolute: 1e-12 },
  },
);

function comparison(input: Golden, expected: Golden): Golden {
  const kind = kindOf(input.kind);
  return failsAlike(expected, ['E402'], () => {
    const compared = compareMetric(kind, contributions(input.subject), contributions(input.baseline), {
      ...(input.reps === undefined || input.reps === null ? {} : { replicates: input.reps }),
      ...(input.seed === undefined || input.seed === null ? {} : { seed: input.seed }),
      ...(input.ci_level === undefined || input.ci_level === null ? {} : { ciLevel: input.ci_level }),
    });
    return {
      kind,
      ...metricKinds[kind],
      reps: compared.replicates,
      ci_level: compared.ciLevel,
      subject_point: compared.subjectPoint,
      baseline_point: compared.baselinePoint,
      delta: compared.delta,
      ci: compared.ci,
      display: compared.display,
      display_ci: compared.displayCi,
    };
  });
}

function kindOf(name: string): MetricKind {
  const kind = metricKindNamed(name);
  if (!kind) throw new Error(`no metric kind "${name}"`);
  return kind;
}

function contributions(items: readonly Golden[]): Contribution[] {
  return items.map(([value, weight = 1]) => ({ value: foreignNumber(value), weight: foreignNumber(weight) }));
}
