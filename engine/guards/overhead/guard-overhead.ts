import {
  isFiniteNumber,
  isObject,
  type JsonObject,
  numberAt,
  objectAt,
  textAt,
} from '../../core/json-access.ts';
import { finiteNumber } from '../../policy/finite-number.ts';

/** By which share guards may change the metric, unless a report says otherwise (spec 03 §6). */
const OVERHEAD_THRESHOLD = 0.01;

/** The final metric with guards against that without; not evaluated where either is no usable number (Q30). */
export interface OverheadComparison {
  readonly ratio: number | null;
  readonly percent: number | null;
  readonly evaluated: boolean;
  /** Null where nothing was compared. */
  readonly passed: boolean | null;
}

/**
 * Compares the final metric of a guarded run with that of a bare one.
 *
 * @example compareOverhead(50, 50.2, 0.01).passed // true
 */
export function compareOverhead(bare: unknown, guarded: unknown, threshold: number): OverheadComparison {
  const isUsable = isFiniteNumber(bare) && isFiniteNumber(guarded) && bare > 0;
  return judgeRatio(isUsable ? guarded / bare : null, threshold);
}

/** Whether a run compares itself with a bare one: under ci and release, unless the environment says no. */
export function measuresOverhead(profile: string, isSkipped: boolean): boolean {
  return ['ci', 'release'].includes(profile) && !isSkipped;
}

/** The certificate's `guard_overhead`. */
export interface OverheadSection extends JsonObject {
  readonly overhead_threshold: number;
  readonly threshold_percent: number;
  readonly source: string;
  readonly evaluated: boolean;
  readonly passed: boolean | null;
  readonly errors: readonly string[];
}

/** From what a report says: its two runs, or its ratio, or its two metrics; undefined when it says nothing. */
export function overheadSection(payload: JsonObject): OverheadSection | undefined {
  if (Object.keys(payload).length === 0) return undefined;
  const threshold = Math.max(0, finiteNumber(payload.overhead_threshold) ?? OVERHEAD_THRESHOLD);
  const hasRuns = isObject(payload.bare_report) && isObject(payload.guarded_report);
  const bare = hasRuns ? finalMetric(payload.bare_report) : finiteNumber(payload.bare_ppl);
  const guarded = hasRuns ? finalMetric(payload.guarded_report) : finiteNumber(payload.guarded_ppl);
  const given = hasRuns ? undefined : numberAt(payload, 'overhead_ratio');
  const { ratio, percent, evaluated, passed } =
    given === undefined ? compareOverhead(bare, guarded, threshold) : judgeRatio(given, threshold);
  const noRatio =
    'The final metrics of a bare and a guarded run are not both there, so their ratio is not known.';
  return {
    overhead_threshold: threshold,
    threshold_percent: 100 * threshold,
    source: textAt(payload, 'source') ?? 'report',
    ...pick(payload, ['mode', 'skipped', 'skip_reason']),
    ...(bare === undefined ? {} : { bare_ppl: bare }),
    ...(guarded === undefined ? {} : { guarded_ppl: guarded }),
    ...(ratio === null ? {} : { overhead_ratio: ratio, overhead_percent: percent }),
    checks: hasRuns ? { guard_overhead: passed === true } : (objectAt(payload, 'checks') ?? {}),
    evaluated,
    passed,
    errors: ratio === null ? [noRatio] : [],
  };
}

function judgeRatio(ratio: number | null, threshold: number): OverheadComparison {
  if (ratio === null || !Number.isFinite(ratio))
    return { ratio: null, percent: null, evaluated: false, passed: null };
  return { ratio, percent: (ratio - 1) * 100, evaluated: true, passed: ratio <= 1 + threshold };
}

function finalMetric(report: unknown): number | undefined {
  return numberAt(report, 'metrics', 'primary_metric', 'final');
}

function pick(payload: JsonObject, keys: readonly string[]): JsonObject {
  const present = keys.filter((key) => payload[key] !== undefined);
  return Object.fromEntries(present.map((key) => [key, payload[key]]));
}
