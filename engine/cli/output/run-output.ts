import type { RunResult } from '../../certify/run-single.ts';
import type { UntilPassResult } from '../../certify/run-until-pass.ts';
import { isAccuracyKind } from '../../metrics/metric-kinds.ts';
import { points } from '../../render/accuracy-rows.ts';
import { eventLine, keyValueLine, type OutputStyle } from './output-style.ts';
import { type PhaseTiming, timingJson, timingLines } from './phase-timing.ts';
import type { Terminal } from './terminal.ts';

/** Labels of a run are narrower than those of a certification (spec 01 §3.2). */
const LABEL_WIDTH = 10;

export interface RunOutput {
  readonly style: OutputStyle;
  readonly json: boolean;
  /** With `--timing`. */
  readonly timing: ReturnType<PhaseTiming['finish']> | undefined;
  /** With `--until-pass`. */
  readonly tries: UntilPassResult | undefined;
}

/** What a finished run prints: the metric of the last attempt, and what became of the others. */
export function printRun(terminal: Terminal, { report, reportFile }: RunResult, output: RunOutput): void {
  const { style, timing, tries } = output;
  const { primary_metric: metric, memory_mb_peak: memory } = report.metrics;
  if (output.json) {
    terminal.out(
      JSON.stringify({
        format_version: 'run-v1',
        primary_metric: metric,
        report: reportFile,
        ...(tries && { until_pass: triesJson(tries) }),
        ...(timing && { timing: timingJson(timing) }),
      }),
    );
    return;
  }
  const event = (tag: Parameters<typeof eventLine>[1], text: string) =>
    terminal.out(eventLine(style, tag, text, terminal.style));
  for (const { attempt, edit, passed, ratio_vs_baseline, failed_gates } of tries?.attempts ?? []) {
    const why = passed ? 'all gates pass' : `fails: ${failed_gates.join(', ') || 'no gate could be decided'}`;
    event(
      passed ? 'PASS' : 'FAIL',
      `Attempt ${attempt}, ${edit}: ratio ${number(ratio_vs_baseline)}, ${why}`,
    );
  }
  event(metric.invalid ? 'FAIL' : 'METRIC', metricText(metric));
  if (metric.ratio_vs_baseline !== null)
    event(
      'METRIC',
      isAccuracyKind(metric.kind)
        ? `difference from the baseline: ${points(100 * metric.ratio_vs_baseline)}`
        : `ratio vs baseline: ${number(metric.ratio_vs_baseline)}`,
    );
  terminal.out(keyValueLine('Report', reportFile, LABEL_WIDTH));
  const model = report.artifacts.checkpoint_path;
  if (model !== null) terminal.out(keyValueLine('Model', model, LABEL_WIDTH));
  for (const line of timing ? timingLines(timing, memory) : []) terminal.out(line);
}

/** Why `--until-pass` ended without a pass; undefined when an attempt passed. */
export function untilPassFailure({ attempts, outcome }: UntilPassResult): string | undefined {
  const count = `${attempts.length} ${attempts.length === 1 ? 'attempt' : 'attempts'}`;
  switch (outcome) {
    case 'passed':
      return undefined;
    case 'attempts_exhausted':
      return `No attempt passes its gates: ${count}, as many as --max-attempts allows.`;
    case 'no_weaker_edit':
      return `No attempt passes its gates: ${count}, and there is no less aggressive edit to try.`;
    case 'time_limit':
      return `No attempt passes its gates within --timeout: ${count} finished.`;
  }
}

function triesJson({ attempts, outcome }: UntilPassResult) {
  const rows = attempts.map(({ report: _, reportFile, ...attempt }) => ({ ...attempt, report: reportFile }));
  return { outcome, attempts: rows };
}

function metricText({ kind, preview, final }: RunResult['report']['metrics']['primary_metric']): string {
  return `${kind}: preview ${number(preview)}, final ${number(final)}`;
}

function number(value: number | null): string {
  return value === null ? 'not finite' : value.toFixed(4);
}
