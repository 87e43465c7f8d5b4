import type { Finding } from '../core/findings.ts';
import type { VerifyResult } from './verify-result.ts';

/**
 * What `verify` prints without `--json`: PASS or FAIL per file with its findings, and one closing line for the last
 * file when all are in order (spec 04 §4.1.10). Quiet leaves the files in order out; verbose adds the notes, which say
 * what a file of the reference lacks.
 */
export function humanLines(
  results: readonly VerifyResult[],
  detail: 'quiet' | 'normal' | 'verbose' = 'normal',
): readonly string[] {
  const isShown = ({ severity }: Finding) =>
    detail === 'verbose' || severity === 'error' || (severity === 'warning' && detail === 'normal');
  const shown = results.filter(({ ok }) => !(ok && detail === 'quiet'));
  const lines = shown.flatMap((result) => [
    `${result.ok ? 'PASS' : 'FAIL'} ${result.file}`,
    ...result.findings.filter(isShown).map(findingLine),
  ]);
  const last = shown.at(-1);
  if (last && results.every(({ ok }) => ok)) lines.push(okLine(last));
  return lines;
}

function findingLine(finding: Finding): string {
  const where = finding.pointer ? ` (${finding.pointer})` : '';
  return `  ↳ ${finding.severity} ${finding.code}: ${finding.message}${where}`;
}

function okLine(result: VerifyResult): string {
  const parts = [`VERIFY OK metric=${result.kind || 'unknown'}`];
  if (result.ratio_vs_baseline !== null) parts.push(`point=${result.ratio_vs_baseline.toFixed(6)}`);
  if (result.ci) {
    const [low, high] = result.ci;
    parts.push(`ci=[${low.toFixed(6)},${high.toFixed(6)}]`, `width=${(high - low).toFixed(6)}`);
  }
  return parts.join(' ');
}
