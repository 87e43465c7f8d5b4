import { type Evidence, validationFlags } from '../../certificate/evaluate-evidence.ts';
import type { Finding } from '../../core/findings.ts';
import { intervalAt, numberAt, objectAt, textAt, valueAt } from '../../core/json-access.ts';
import type { GateName } from '../../policy/gates.ts';
import { type CheckContext, found } from '../check-context.ts';
import { isOurs } from '../is-ours.ts';
import type { Recompute } from '../verify-result.ts';
import { compareAt, isClose, mismatch } from './compare.ts';
import { gateFlags } from './gates.ts';
import { isDeclaredInvalid } from './metric.ts';
import { ownFindings } from './own-evidence.ts';
import { recordedEvidence } from './recorded-evidence.ts';
import { readWindows, type WindowsReading } from './recorded-windows.ts';

/** Computes the recorded numbers again from what the certificate holds (spec 04 §4.1.9, CQ-03). */
export function checkRecompute(context: CheckContext): readonly Finding[] {
  const kind = kindOf(context);
  if (isOurs(context.certificate) && !kind.startsWith('ppl') && kind !== 'accuracy') {
    const message = `Certificates of this tool hold a perplexity or an accuracy; the kind "${kind}" cannot be computed again.`;
    return [found('V520', '/primary_metric/kind', message, { actual: kind })];
  }
  if (!isAccuracy(kind)) return windowFindings(context);
  return isOurs(context.certificate) ? answerFindings(context) : accuracyFindings(context);
}

/**
 * What `verify --json` says about `checkRecompute`; null when there was nothing to compute from. A foreign file that
 * holds the subject's windows alone is computed again in that one value, and its scope says so.
 */
export function recomputeOutcome(context: CheckContext, findings: readonly Finding[]): Recompute | null {
  const family = isAccuracy(kindOf(context)) ? 'accuracy' : 'ppl';
  const windows = windowsOf(context).kind;
  const restsOnWindows = family === 'ppl' || isOurs(context.certificate);
  const scope = restsOnWindows && windows === 'complete' ? 'everything' : 'final_value';
  const holdsEvidence = restsOnWindows ? windows !== 'absent' : aggregates(context) !== undefined;
  if (!holdsEvidence) return null;
  if (findings.some(({ code }) => code === 'E602')) return { family, ok: false, reason: 'mismatch', scope };
  const skipped = findings.some(({ code }) => code === 'E004' || code === 'V520');
  return { family, ok: !skipped, reason: skipped ? 'skipped' : null, scope };
}

/** An accuracy of ours rests on what was answered, example by example. */
function answerFindings(context: CheckContext): readonly Finding[] {
  const windows = windowsOf(context);
  if (windows.kind !== 'complete' || windows.examples) return windowFindings(context);
  const message =
    'The certificate does not hold a usable answer for every example of both models, so its accuracy cannot be computed again.';
  return [found('E004', '/evaluation_windows', message)];
}

/** The counts are all that a certificate of another tool may hold. */
function accuracyFindings(context: CheckContext): Finding[] {
  const counts = aggregates(context);
  if (!counts) {
    const severity = context.strict ? 'error' : 'note';
    return [
      found(
        'E004',
        '/metrics/classification',
        'The counts that the accuracy was computed from are missing.',
        { severity },
      ),
    ];
  }
  const final = numberAt(context.certificate, 'primary_metric', 'final');
  const expected = counts.correct / counts.total;
  if (final !== undefined && Math.abs(final - expected) <= Math.max(1e-12, context.tolerance)) return [];
  return [mismatch('/primary_metric/final', expected, final)];
}

function aggregates({ certificate }: CheckContext): { correct: number; total: number } | undefined {
  const correct = numberAt(certificate, 'metrics', 'classification', 'n_correct');
  const total = numberAt(certificate, 'metrics', 'classification', 'n_total');
  return correct === undefined || total === undefined || total <= 0 ? undefined : { correct, total };
}

function windowFindings(context: CheckContext): readonly Finding[] {
  const windows = windowsOf(context);
  switch (windows.kind) {
    case 'absent':
      return absentFindings(context);
    case 'unusable': {
      const severity = context.strict || isOurs(context.certificate) ? 'error' : 'note';
      return [found('E004', windows.pointer, windows.message, { severity })];
    }
    case 'final-only':
      return finalFindings(context, windows.mean);
    case 'complete':
      return evidenceFindings(context, windows);
  }
}

/**
 * The reference's certificates hold no windows, and are accepted with a note. Ours always do: one that has a mark of
 * ours, but no windows, was stripped of them.
 */
function absentFindings({ certificate }: CheckContext): Finding[] {
  const message = 'The certificate holds no window losses, so its numbers cannot be computed again.';
  const severity = isOurs(certificate) ? 'error' : 'note';
  return [found('V520', '/evaluation_windows', message, { severity })];
}

/** Without the baseline's windows only the subject's own value can be computed again, which is not enough for ours. */
function finalFindings(context: CheckContext, mean: number): readonly Finding[] {
  const basis = numberAt(context.certificate, 'primary_metric', 'analysis_point_final');
  const message =
    'The certificate lacks the losses of the baseline, so ratio, interval and gates cannot be computed again.';
  return [
    ...(isOurs(context.certificate) ? [found('V520', '/evaluation_windows/baseline', message)] : []),
    ...(basis === undefined ? [] : compareAt(context, '/primary_metric/analysis_point_final', mean)),
    ...compareAt(context, '/primary_metric/final', Math.exp(mean)),
  ];
}

function evidenceFindings(
  context: CheckContext,
  windows: Extract<WindowsReading, { kind: 'complete' }>,
): readonly Finding[] {
  const { certificate } = context;
  const evidence = recordedEvidence(certificate, windows);
  if (!evidence) {
    const message =
      'The bootstrap settings are missing or out of bounds, or there are too many windows, so the interval cannot be computed again.';
    return [found('V520', '/dataset/windows/stats/bootstrap', message)];
  }
  return [
    ...valueFindings(context, evidence),
    ...intervalFindings(context, evidence),
    ...tailFindings(context, evidence),
    ...flagFindings(context, evidence),
    ...(isOurs(certificate) ? ownFindings(context, windows, evidence) : []),
  ];
}

function valueFindings(context: CheckContext, evidence: Evidence): Finding[] {
  if (isDeclaredInvalid(context.certificate) && !isOurs(context.certificate)) return [];
  return [
    ...compareAt(context, '/primary_metric/preview', evidence.preview),
    ...compareAt(context, '/primary_metric/final', evidence.final),
    ...(evidence.accuracy
      ? []
      : [
          ...compareAt(context, '/primary_metric/analysis_point_preview', evidence.previewMean),
          ...compareAt(context, '/primary_metric/analysis_point_final', evidence.finalMean),
        ]),
    ...compareAt(context, '/primary_metric/ratio_vs_baseline', evidence.ratio),
    ...compareAt(context, '/baseline_ref/primary_metric/final', evidence.baselineFinal),
    ...compareAt(context, '/primary_metric/paired_baseline_windows', evidence.comparison.pairs),
  ];
}

function intervalFindings(context: CheckContext, evidence: Evidence): Finding[] {
  const { deltaInterval, ratioInterval } = evidence.comparison;
  return [
    ...compareIntervals(context, 'ci', deltaInterval),
    ...compareIntervals(context, 'display_ci', ratioInterval),
  ];
}

function compareIntervals(
  context: CheckContext,
  key: string,
  expected: readonly [number, number] | undefined,
): Finding[] {
  const pointer = `/primary_metric/${key}`;
  const actual = intervalAt(context.certificate, 'primary_metric', key);
  if (!expected && valueAt(context.certificate, 'primary_metric', key) === undefined) return [];
  if (!expected || !actual) return [mismatch(pointer, expected ?? null, actual ?? null)];
  const same = expected.every((bound, index) => isClose(context, bound, actual[index]));
  return same ? [] : [mismatch(pointer, expected, actual)];
}

function tailFindings(context: CheckContext, evidence: Evidence): readonly Finding[] {
  const { tail } = evidence;
  const at = '/primary_metric_tail';
  if (isOurs(context.certificate)) return compareAt(context, at, tail);
  const findings: Finding[] = [];
  for (const key of ['evaluated', 'passed', 'mode'] as const) {
    const actual = valueAt(context.certificate, 'primary_metric_tail', key);
    if (actual !== tail[key]) findings.push(mismatch(`${at}/${key}`, tail[key], actual));
  }
  for (const [key, expected] of Object.entries(tail.stats)) {
    if (typeof expected === 'number') findings.push(...compareAt(context, `${at}/stats/${key}`, expected));
  }
  return findings;
}

/** The flags that the windows decide; those of guards need the guards' own evidence. */
const FROM_WINDOWS: readonly GateName[] = [
  'primary_metric_acceptable',
  'preview_final_drift_acceptable',
  'primary_metric_tail_acceptable',
];

function flagFindings(context: CheckContext, evidence: Evidence): Finding[] {
  const expected = validationFlags(evidence.gates);
  const actual = gateFlags(context.certificate);
  return FROM_WINDOWS.filter((flag) => expected[flag] !== actual[flag]).map((flag) => {
    const gate = evidence.gates.find(({ name }) => name === flag);
    const why = gate && gate.reasons.length > 0 ? `: ${gate.reasons.join('; ')}` : '';
    const says = expected[flag] === undefined ? 'not evaluated' : expected[flag] ? 'passed' : 'failed';
    const message = `The gate ${flag} is recorded as ${String(actual[flag] ?? 'absent')}, but by the windows it ${says}${why}.`;
    return found('E602', `/validation/${flag}`, message, { expected: expected[flag], actual: actual[flag] });
  });
}

function windowsOf({ certificate }: CheckContext): WindowsReading {
  return readWindows(objectAt(certificate, 'evaluation_windows'));
}

function kindOf({ certificate }: CheckContext): string {
  return (textAt(certificate, 'primary_metric', 'kind') ?? '').trim().toLowerCase();
}

function isAccuracy(kind: string): boolean {
  return kind === 'accuracy' || kind === 'vqa_accuracy';
}
