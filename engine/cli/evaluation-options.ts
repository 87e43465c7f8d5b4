import { type Command, InvalidArgumentError, Option } from 'commander';
import { editNamed } from '../certify/planned-edit.ts';
import type { FlagValue } from '../config/layers/layer-config.ts';
import { metricKinds } from '../metrics/metric-kinds.ts';
import { wholeNumber } from './option-values.ts';

/** Options that certify and run share: what is measured of which model (spec 01 §3.3, §3.4). */
export interface EvaluationOptions {
  readonly edit?: string;
  readonly editLabel?: string;
  readonly metricKind?: string;
  readonly probes?: number;
  readonly worstWindows?: number;
}

/** Largest number of probes that a report may record (spec 01 §1.4.5). */
const mostProbes = 10;
/** As in the schema of the configuration. */
const mostWorstWindows = 100;

export function addEvaluationOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--edit <kind>',
        "apply this edit first, with the config's edit.plan: quant_rtn, prune, low_rank or noop; the edited model stays in the run's folder",
      ).argParser(editKind),
    )
    .addOption(
      new Option('--metric-kind <kind>', "metric, over the config's eval.metric.kind").choices([
        'auto',
        ...Object.keys(metricKinds),
      ]),
    )
    .option(
      '--worst-windows <n>',
      `windows whose loss rose most, to keep with their tokens, 0 to ${mostWorstWindows} (default 5)`,
      (text) => countUpTo(text, mostWorstWindows),
    )
    .option('--probes <n>', 'number of probes to record, 0 to 10; nothing else depends on it', (text) =>
      countUpTo(text, mostProbes),
    );
}

/** What these options set, as the layer that wins over files and profiles. `auto` leaves the metric to the file. */
export function evaluationFlags({
  metricKind,
  probes,
  worstWindows,
}: EvaluationOptions): readonly FlagValue[] {
  return [
    ...(metricKind === undefined || metricKind === 'auto'
      ? []
      : [{ flag: '--metric-kind', pointer: '/eval/metric/kind', value: metricKind }]),
    ...(worstWindows === undefined
      ? []
      : [{ flag: '--worst-windows', pointer: '/eval/worst_windows', value: worstWindows }]),
    ...(probes === undefined ? [] : [{ flag: '--probes', pointer: '/auto/probes', value: probes }]),
  ];
}

function editKind(text: string): string {
  const kind = editNamed(text);
  if (kind === undefined) {
    throw new InvalidArgumentError(
      'Allowed choices are quant_rtn (or quant), prune, low_rank, noop. Other edits are made elsewhere and named with --subject.',
    );
  }
  return kind;
}

function countUpTo(text: string, most: number): number {
  const count = wholeNumber(text);
  if (count > most) throw new InvalidArgumentError(`It must lie between 0 and ${most}.`);
  return count;
}
