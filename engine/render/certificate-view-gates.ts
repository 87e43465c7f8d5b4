import { recordedLimits, recordedMetricsPolicy } from '../certificate/recorded-policy.ts';
import { numberAt, objectAt, textAt, valueAt } from '../core/json-access.ts';
import type { GateRow, GateStatus } from './certificate-view.ts';
import { guardSentence } from './guard-sentences.ts';
import { recordedReasons } from './recorded-reasons.ts';

/**
 * The gates on the metric, in the order of spec 04 §7.2, with the limits of the resolved policy (CQ-35). A gate that
 * failed says why, where the certificate records it.
 */
export function gateRows(certificate: unknown): readonly GateRow[] {
  const rows = [
    primaryMetricRow(certificate),
    tailRow(certificate),
    driftRow(certificate),
    ...overheadGate(certificate),
  ];
  return rows.map((row) => withReasons(certificate, row));
}

function withReasons(certificate: unknown, row: GateRow): GateRow {
  const reasons = row.status === 'fail' ? recordedReasons(certificate, row.name) : [];
  return reasons.length === 0 ? row : { ...row, meaning: reasons.join('; ') };
}

/** The guards. One that did not run is shown as not evaluated, whatever its flag says. */
export function guardRows(certificate: unknown): readonly GateRow[] {
  const rows = GUARDS.map(({ name, flag, title, meaning }): GateRow => {
    const evaluated = isEvaluated(certificate, name);
    const isApplicable = textAt(certificate, name, 'status') !== 'not_applicable';
    const status = !evaluated
      ? missingStatus(certificate, flag)
      : flag === undefined || !isApplicable
        ? 'info'
        : flagStatus(certificate, flag);
    return {
      name,
      title,
      status,
      measured: evaluated ? (textAt(certificate, name, 'status') ?? 'evaluated') : '',
      threshold: '',
      basis: 'guard',
      meaning: guardMeaning(certificate, { name, status, flag: flag ?? '', meaning }),
    };
  });
  return [...rows, ...missingOverhead(certificate)];
}

/** What was found, or why nothing was; a guard that passed says what that means, and every one what it measured. */
function guardMeaning(
  certificate: unknown,
  row: {
    readonly name: string;
    readonly status: GateStatus;
    readonly flag: string;
    readonly meaning: string;
  },
): string {
  const { name, status, flag, meaning } = row;
  const reason = textAt(certificate, name, 'reason');
  if (status === 'not_evaluated' || (status === 'info' && reason !== undefined)) return reason ?? meaning;
  const reasons = status === 'fail' ? recordedReasons(certificate, flag) : [];
  const change = guardSentence(certificate, name);
  const found = reasons.length > 0 ? reasons.join('; ') : meaning;
  return change === undefined ? found : `${found}. ${change}`;
}

/** Where the profile demands a guard, one that was not evaluated has failed. */
function missingStatus(certificate: unknown, flag: string | undefined): GateStatus {
  const hasFailed = flag !== undefined && valueAt(certificate, 'validation', flag) === false;
  return hasFailed ? 'fail' : 'not_evaluated';
}

const GUARDS: readonly { name: string; flag?: string; title: string; meaning: string }[] = [
  {
    name: 'invariants',
    flag: 'invariants_pass',
    title: 'Invariants',
    meaning: 'Structure, vocabulary and tied weights are as the baseline has them',
  },
  {
    name: 'spectral',
    flag: 'spectral_stable',
    title: 'Spectral Stability',
    meaning: 'Largest singular values of the weight matrices stay near the baseline',
  },
  {
    name: 'rmt',
    flag: 'rmt_stable',
    title: 'RMT Health',
    meaning: 'Activations keep the edges that random matrix theory predicts',
  },
  {
    name: 'variance',
    title: 'Variance',
    meaning: 'Whether rescaling the outputs of edited modules would help',
  },
];

function primaryMetricRow(certificate: unknown): GateRow {
  const kind = textAt(certificate, 'primary_metric', 'kind') ?? '';
  const accuracy = kind === 'accuracy' || kind === 'vqa_accuracy';
  const ratio = numberAt(certificate, 'primary_metric', 'ratio_vs_baseline');
  const limits = recordedLimits(certificate);
  const least = limits.ratioMin === undefined ? '' : `${limits.ratioMin.toFixed(2)}x to `;
  const hysteresis =
    valueAt(certificate, 'validation', 'hysteresis_applied') === true ? ', within the hysteresis' : '';
  const points = numberAt(certificate, 'primary_metric', 'delta_pp') ?? ratio;
  return {
    name: 'primary_metric_acceptable',
    title: 'Primary Metric Acceptable',
    status: flagStatus(certificate, 'primary_metric_acceptable'),
    measured: accuracy ? signed(points, 2, ' pp') : fixed(ratio, 3, 'x'),
    threshold: accuracy
      ? `≥ ${signed(recordedMetricsPolicy(certificate).accuracy.delta_min_pp, 2, ' pp')}`
      : `${least === '' ? '≤ ' : least}${limits.ratioLimit.toFixed(2)}x`,
    basis: textAt(certificate, 'primary_metric', 'gating_basis') ?? 'point',
    meaning: `${accuracy ? 'Difference from the baseline' : 'Ratio vs baseline'}${hysteresis}`,
  };
}

function tailRow(certificate: unknown): GateRow {
  const tail = objectAt(certificate, 'primary_metric_tail');
  const { pm_tail: policy } = recordedMetricsPolicy(certificate);
  const label = Math.round(100 * policy.quantile);
  const stats = objectAt(tail, 'stats');
  return {
    name: 'primary_metric_tail_acceptable',
    title: 'Primary Metric Tail',
    status: tailStatus(tail),
    measured: tailText(label, numberAt(stats, `q${label}`), numberAt(stats, 'tail_mass')),
    threshold: [
      `P${label}≤${policy.quantile_max === null ? 'any' : policy.quantile_max.toFixed(3)}`,
      `mass≤${policy.mass_max === null ? 'any' : policy.mass_max.toFixed(3)}`,
      `ε=${scientific(policy.epsilon)}`,
    ].join('; '),
    basis: `p${label}`,
    meaning: 'Tail regression vs baseline (ΔlogNLL)',
  };
}

/** Without a paired window there is no quantile to show. */
function tailText(label: number, quantile: number | undefined, mass: number | undefined): string {
  const share = `mass=${fixed(mass, 3, '')}`;
  return quantile === undefined ? share : `P${label}=${quantile.toFixed(3)}, ${share}`;
}

function tailStatus(tail: unknown): GateStatus {
  if (valueAt(tail, 'evaluated') !== true) return 'info';
  if (valueAt(tail, 'passed') === true) return 'pass';
  return valueAt(tail, 'mode') === 'fail' ? 'fail' : 'warn';
}

function driftRow(certificate: unknown): GateRow {
  const preview = numberAt(certificate, 'primary_metric', 'preview');
  const final = numberAt(certificate, 'primary_metric', 'final');
  const drift = final !== undefined && preview !== undefined && preview > 0 ? final / preview : undefined;
  const { min, max } = recordedLimits(certificate).driftBand;
  return {
    name: 'preview_final_drift_acceptable',
    title: 'Preview Final Drift Acceptable',
    status: flagStatus(certificate, 'preview_final_drift_acceptable'),
    measured: fixed(drift, 3, 'x'),
    threshold: `${min.toFixed(2)}–${max.toFixed(2)}x`,
    basis: 'point',
    meaning: 'Final/Preview ratio stability',
  };
}

const OVERHEAD = {
  name: 'guard_overhead_acceptable',
  title: 'Guard Overhead Acceptable',
  basis: 'point',
  meaning: 'Perplexity with probes in the graph vs without',
} as const;

/** A gate only when it was measured; otherwise it stands with the guards that did not run. */
function overheadGate(certificate: unknown): GateRow[] {
  const overhead = objectAt(certificate, 'guard_overhead');
  if (valueAt(overhead, 'evaluated') !== true) return [];
  return [
    {
      ...OVERHEAD,
      status: flagStatus(certificate, OVERHEAD.name),
      measured: signed(numberAt(overhead, 'overhead_percent'), 2, '%'),
      threshold: `≤ ${signed(numberAt(overhead, 'threshold_percent') ?? 1, 1, '%')}`,
    },
  ];
}

function missingOverhead(certificate: unknown): GateRow[] {
  const overhead = objectAt(certificate, 'guard_overhead');
  if (valueAt(overhead, 'status') !== 'not_evaluated') return [];
  const meaning = textAt(overhead, 'reason') ?? OVERHEAD.meaning;
  const row = { name: OVERHEAD.name, title: 'Guard Overhead', basis: 'guard', meaning } as const;
  return [{ ...row, status: 'not_evaluated', measured: '', threshold: '' }];
}

function isEvaluated(certificate: unknown, guard: string): boolean {
  const block = objectAt(certificate, guard);
  return block !== undefined && Object.keys(block).length > 0 && block.evaluated !== false;
}

/** A missing flag counts as failed (spec 04 §7.1). */
function flagStatus(certificate: unknown, flag: string): GateStatus {
  return valueAt(certificate, 'validation', flag) === true ? 'pass' : 'fail';
}

function fixed(value: number | undefined, digits: number, unit: string): string {
  return value === undefined ? 'N/A' : `${value.toFixed(digits)}${unit}`;
}

function signed(value: number | undefined, digits: number, unit: string): string {
  if (value === undefined) return 'N/A';
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(digits)}${unit}`;
}

/** Two digits and an exponent of at least two, as the reference writes ε. */
function scientific(value: number): string {
  return value.toExponential(1).replace(/e([+-])(\d)$/u, 'e$10$2');
}
