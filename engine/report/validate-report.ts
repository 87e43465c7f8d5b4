import type { Checked, Finding } from '../core/findings.ts';
import { checkDivergence } from '../metrics/divergence/check-divergence.ts';
import { checkNoiseFloor } from './check-noise-floor.ts';
import { checkWorstWindows } from './check-worst-windows.ts';
import type { RunReport } from './run-report.ts';

const SECTIONS = ['meta', 'data', 'edit', 'guards', 'metrics', 'artifacts', 'flags'] as const;

/**
 * The structure check of a run report before it is written or certified (spec 04 §1.4). It looks at what the
 * certificate cannot do without; the rest is optional in files of the reference.
 */
export function validateReport(report: unknown): Checked<RunReport> {
  const findings = [...structureFindings(report)];
  return findings.length > 0 ? { value: undefined, findings } : { value: report as RunReport, findings };
}

function* structureFindings(report: unknown): Generator<Finding> {
  if (!isObject(report)) {
    yield problem('', 'The run report is not a JSON object.');
    return;
  }
  for (const section of SECTIONS) {
    if (!(section in report)) yield problem(`/${section}`, `The run report has no "${section}".`);
  }
  if ('guards' in report && !Array.isArray(report.guards)) {
    yield problem('/guards', '"guards" must be a list.');
  }
  if (isObject(report.meta) && !Number.isInteger(report.meta.seed)) {
    yield problem('/meta/seed', '"meta.seed" must be an integer.');
  }
  if (report.worst_windows !== undefined) {
    const malformed = checkWorstWindows(report.worst_windows);
    if (malformed) yield problem(`/worst_windows${malformed.pointer}`, malformed.message);
  }
  if (report.noise_floor !== undefined) {
    const problemOfNoise = checkNoiseFloor(report.noise_floor);
    if (problemOfNoise) yield problem('/noise_floor', problemOfNoise);
  }
  if (isObject(report.metrics) && report.metrics.divergence !== undefined) {
    const malformed = checkDivergence(report.metrics.divergence);
    if (malformed) yield problem(`/metrics/divergence${malformed.pointer}`, malformed.message);
  }
  if (isObject(report.metrics)) yield* metricFindings(report.metrics.primary_metric);
}

function* metricFindings(metric: unknown): Generator<Finding> {
  const pointer = '/metrics/primary_metric';
  if (!isObject(metric) || Object.keys(metric).length === 0) {
    yield problem(pointer, 'The run report has no primary metric.');
    return;
  }
  if (typeof metric.kind !== 'string' || metric.kind === '') {
    yield problem(`${pointer}/kind`, 'The primary metric has no kind.');
  }
  if (metric.final !== undefined && metric.final !== null && typeof metric.final !== 'number') {
    yield problem(`${pointer}/final`, 'The final value of the primary metric must be a number or null.');
  }
}

function problem(pointer: string, message: string): Finding {
  return { code: 'V530', severity: 'error', pointer, message };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
