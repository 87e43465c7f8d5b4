import type { Finding } from '../../core/findings.ts';
import { isFiniteNumber, objectAt, valueAt } from '../../core/json-access.ts';
import { type CheckContext, found } from '../check-context.ts';

const AT = '/dataset/windows/stats';
const MIN_MATCH = 0.999999;
const MAX_OVERLAP = 1e-9;

/** Do the recorded statistics say that both models saw the same windows? (spec 04 §4.1.2) */
export function checkPairing({ certificate }: CheckContext): readonly Finding[] {
  const stats = objectAt(certificate, 'dataset', 'windows', 'stats') ?? {};
  return [
    ...reasonFindings(stats),
    ...countFindings(stats),
    ...matchFindings(stats),
    ...overlapFindings(stats),
  ];
}

/** Window counts against each other (spec 04 §4.1.3). Counts are integers, not texts or fractions (CQ-28). */
export function checkCounts({ certificate }: CheckContext): readonly Finding[] {
  const windows = objectAt(certificate, 'dataset', 'windows') ?? {};
  const stats = objectAt(windows, 'stats') ?? {};
  const findings: Finding[] = [];
  for (const arm of ['preview', 'final'] as const) {
    const declared = windows[arm];
    if (declared === undefined || declared === null) continue;
    const used = valueAt(stats, 'coverage', arm, 'used');
    findings.push(...compareCounts(declared, used, `/dataset/windows/${arm}`, `${AT}/coverage/${arm}/used`));
  }
  const paired = stats.paired_windows;
  if (Number.isInteger(windows.preview) && Number.isInteger(paired) && paired !== windows.preview) {
    const message = `paired_windows is ${paired}, but the certificate has ${windows.preview} preview windows.`;
    findings.push(
      found('E602', `${AT}/paired_windows`, message, { expected: windows.preview, actual: paired }),
    );
  }
  return findings;
}

function compareCounts(declared: unknown, used: unknown, declaredAt: string, usedAt: string): Finding[] {
  if (!isCount(declared))
    return [found('V513', declaredAt, 'A window count must be an integer.', { actual: declared })];
  if (!isCount(used))
    return [
      found('V513', usedAt, 'The number of windows used is missing or not an integer.', { actual: used }),
    ];
  if (declared === used) return [];
  const message = `The coverage names ${used} windows, but the certificate has ${declared}.`;
  return [found('E602', usedAt, message, { expected: declared, actual: used })];
}

function reasonFindings(stats: Readonly<Record<string, unknown>>): Finding[] {
  const reason = stats.window_pairing_reason;
  if (reason === undefined || reason === null) return [];
  const message = `The windows are not paired: window_pairing_reason is ${JSON.stringify(reason)}.`;
  return [found('V512', `${AT}/window_pairing_reason`, message, { expected: null, actual: reason })];
}

function countFindings(stats: Readonly<Record<string, unknown>>): Finding[] {
  const paired = stats.paired_windows;
  if (isCount(paired) && paired > 0) return [];
  const message = paired === 0 ? 'No window is paired.' : 'paired_windows is missing or not a count.';
  return [found('V512', `${AT}/paired_windows`, message, { actual: paired })];
}

function matchFindings(stats: Readonly<Record<string, unknown>>): Finding[] {
  const match = stats.window_match_fraction;
  if (isFiniteNumber(match) && match >= MIN_MATCH) return [];
  const message = isFiniteNumber(match)
    ? `window_match_fraction must be 1 (it is ${match}).`
    : 'window_match_fraction is missing or not a finite number.';
  return [found('V512', `${AT}/window_match_fraction`, message, { expected: 1, actual: match })];
}

function overlapFindings(stats: Readonly<Record<string, unknown>>): Finding[] {
  const overlap = stats.window_overlap_fraction;
  if (isFiniteNumber(overlap) && overlap <= MAX_OVERLAP) return [];
  const message = isFiniteNumber(overlap)
    ? `window_overlap_fraction must be 0 (it is ${overlap}).`
    : 'window_overlap_fraction is missing or not a finite number.';
  return [found('V512', `${AT}/window_overlap_fraction`, message, { expected: 0, actual: overlap })];
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
