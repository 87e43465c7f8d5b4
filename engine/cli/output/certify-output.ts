import type { CertifyResult } from '../../certify/run-certify.ts';
import type { Finding } from '../../core/findings.ts';
import { toolVersion } from '../../version.ts';
import { certificateLines } from './certificate-lines.ts';
import { findingJson } from './finding-json.ts';
import { keyValueLine, type OutputStyle } from './output-style.ts';
import { type PhaseTiming, timingJson, timingLines } from './phase-timing.ts';
import type { Terminal } from './terminal.ts';
import type { Verbosity } from './verbosity.ts';

export interface CertifyOutput {
  readonly style: OutputStyle;
  readonly verbosity: Verbosity;
  readonly json: boolean;
  /** With `--timing`. */
  readonly timing: ReturnType<PhaseTiming['finish']> | undefined;
}

/** What a finished certification prints. */
export function printCertified(terminal: Terminal, result: CertifyResult, output: CertifyOutput): void {
  const { view, paths } = result;
  const { timing } = output;
  if (output.json) {
    const { verdict, metric, gates, guards } = view;
    const envelope = { format_version: 'certify-v1', verdict, metric, gates, guards, paths };
    terminal.out(JSON.stringify({ ...envelope, ...(timing && { timing: timingJson(timing) }) }));
    return;
  }
  if (output.verbosity === 'quiet') {
    for (const line of quietLines(result)) terminal.out(line);
    return;
  }
  for (const line of certificateLines(view, output.style, terminal.style)) terminal.out(line);
  terminal.out('');
  terminal.out(keyValueLine('Report', paths.subjectReport));
  terminal.out(keyValueLine('HTML', paths.html));
  terminal.out(keyValueLine('Certificate', paths.certificate));
  for (const line of timing ? timingLines(timing, undefined) : []) terminal.out(line);
}

/** The envelope of a certification that never started: machines get the findings too. */
export function stoppedEnvelope(
  findings: readonly Finding[],
  texts: (file: string) => string | undefined,
  exitCode: number,
) {
  return {
    format_version: 'certify-v1',
    verdict: null,
    findings: findings.map((finding) => findingJson(finding, texts)),
    resolution: { exit_code: exitCode },
  };
}

/** E111, when the metric of the subject is not usable. */
export function degradedFinding(reason: string): Finding {
  const why =
    reason === 'non_finite_pm' || reason === 'non_finite_delta'
      ? 'Look for NaN or infinite weights in the edited model.'
      : 'There are too few windows, or they all give the same loss.';
  const message = `The primary metric of the subject is not usable (${reason}). ${why}`;
  return { code: 'E111', severity: 'error', message };
}

function comparisonLine({ ratio, interval, accuracy }: CertifyResult['view']['metric']): string {
  const [difference, range] = accuracy;
  if (difference && range) return `difference: ${difference.value} (${range.value})`;
  const bounds = interval?.map((bound) => bound.toFixed(4)).join(' to ');
  return `ratio: ${ratio?.toFixed(4) ?? 'not finite'}${bounds === undefined ? '' : ` (${bounds})`}`;
}

/** Quiet mode: five lines (spec 01 §3.3, step 14). */
function quietLines({ view, paths }: CertifyResult): string[] {
  const fact = (label: string) => view.facts.find((row) => row.label === label)?.value ?? '';
  const decided = view.gates.filter(({ status }) => ['pass', 'fail', 'warn'].includes(status));
  const passed = decided.filter(({ status }) => status !== 'fail').length;
  return [
    `invarlock ${toolVersion}`,
    `models: ${fact('Baseline')} → ${fact('Subject')}`,
    `status: ${view.verdict} (${passed}/${decided.length} gates)`,
    comparisonLine(view.metric),
    `certificate: ${paths.certificate}`,
  ];
}
