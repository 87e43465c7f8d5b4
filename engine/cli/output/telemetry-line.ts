import { intervalAt, numberAt, textAt, valueAt } from '../../core/json-access.ts';

/** The line that INVARLOCK_TELEMETRY asks for, one per certificate (spec 04 §2.3.5). */
export function telemetryLine(certificate: unknown): string {
  const metric = (key: string) => numberAt(certificate, 'primary_metric', key);
  const windows = (arm: string) => numberAt(certificate, 'dataset', 'windows', arm);
  const tokens = ['preview_total_tokens', 'final_total_tokens'].map(
    (key) => numberAt(certificate, 'telemetry', key) ?? 0,
  );
  const split = textAt(certificate, 'provenance', 'dataset_split');
  const isFallback = valueAt(certificate, 'provenance', 'split_fallback') === true;
  const interval = intervalAt(certificate, 'primary_metric', 'display_ci');
  const ratio = metric('ratio_vs_baseline');
  const gate = valueAt(certificate, 'validation', 'primary_metric_acceptable');
  const three = (value: number) => value.toFixed(3);
  return [
    'INVARLOCK_TELEMETRY',
    `run_id=${textAt(certificate, 'run_id') ?? ''}`,
    `metric=${textAt(certificate, 'primary_metric', 'kind') ?? ''}`,
    `nprev=${windows('preview') ?? 0}`,
    `nfinal=${windows('final') ?? 0}`,
    `tokens=${tokens.reduce((sum, count) => sum + count, 0)}`,
    ...(split === undefined ? [] : [`split=${split}${isFallback ? '*' : ''}`]),
    ...(interval
      ? [`ci=${three(interval[0])}-${three(interval[1])} width=${three(interval[1] - interval[0])}`]
      : []),
    ...(ratio === undefined ? [] : [`ratio=${three(ratio)}`]),
    ...(typeof gate === 'boolean' ? [`gate=${gate ? 'pass' : 'fail'}`] : []),
  ].join(' ');
}
