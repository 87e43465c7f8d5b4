import { intervalAt, numberAt, objectAt, textAt, valueAt } from '../core/json-access.ts';

/** The noise floor in one sentence; null when none was asked for. */
export function noiseFloorText(certificate: unknown): string | null {
  const block = objectAt(certificate, 'noise_floor');
  if (!block) return null;
  if (block.evaluated !== true) return `not evaluated: ${textAt(block, 'reason') ?? 'no reason recorded'}`;
  const most = numberAt(block, 'max_abs_delta');
  const ratio = numberAt(block, 'ratio');
  const interval = intervalAt(block, 'ratio_interval');
  const range = interval ? ` (interval ${interval.map((bound) => bound.toFixed(6)).join(' to ')})` : '';
  const band = ratio === undefined ? 'no ratio' : `ratio ${ratio.toFixed(6)}${range}`;
  const windows = most === undefined ? '' : `, windows differ by at most ${most.toExponential(1)}`;
  const conditions = `${conditionText(block, 'second')} against ${conditionText(block, 'first')}`;
  return `${band}${windows}; the baseline on ${conditions}${insideText(block)}`;
}

function insideText(block: unknown): string {
  if (valueAt(block, 'margin_inside') !== true) return '';
  const margin = numberAt(block, 'margin');
  const by = margin === undefined ? '' : ` (${margin.toExponential(1)})`;
  return `. The verdict on the primary metric lies inside the noise: its distance to the limit${by} is no larger than the band`;
}

function conditionText(block: unknown, which: 'first' | 'second'): string {
  const threads = numberAt(block, which, 'threads');
  const device = textAt(block, which, 'device') ?? 'an unknown device';
  return threads === undefined ? device : `${device}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}
