import { intervalAt, listAt, numberAt, textAt, valueAt } from '../core/json-access.ts';
import { isAccuracyKind } from '../metrics/metric-kinds.ts';
import { points } from './accuracy-rows.ts';
import type { DetailSection, FactRow } from './certificate-view.ts';
import { countText } from './certificate-view-facts.ts';
import { hubText } from './hub-text.ts';
import { packedWeightsText } from './packed-weights-text.ts';
import { presentRows } from './present-rows.ts';

/** A run report as Markdown and HTML show it. It judges nothing: that is the certificate's part. */
export interface RunReportView {
  readonly headline: string;
  readonly sections: readonly DetailSection[];
}

/** Builds the view of a run report, also of one by the reference that lacks fields; what is not there is left out. */
export function runReportView(report: unknown): RunReportView {
  const sections: DetailSection[] = [
    { title: 'Primary Metric', rows: metricRows(report) },
    { title: 'Model Information', rows: modelRows(report) },
    { title: 'Evaluation Configuration', rows: configurationRows(report) },
    { title: 'Edit Details', rows: editRows(report) },
    { title: 'Guard Reports', rows: guardRows(report) },
    { title: 'System Metrics', rows: systemRows(report) },
    { title: 'Status', rows: statusRows(report) },
  ];
  return { headline: headline(report), sections: sections.filter(({ rows }) => rows.length > 0) };
}

function headline(report: unknown): string {
  const model = textAt(report, 'meta', 'model_id') ?? 'the model';
  const kind = textAt(report, 'metrics', 'primary_metric', 'kind') ?? 'primary metric';
  const final = numberAt(report, 'metrics', 'primary_metric', 'final');
  if (final === undefined) return `The ${kind} of ${model} could not be computed.`;
  const ratio = numberAt(report, 'metrics', 'primary_metric', 'ratio_vs_baseline');
  const compared =
    ratio === undefined
      ? ''
      : isAccuracyKind(kind)
        ? `, ${points(100 * ratio)} from that of its baseline`
        : `, ${ratio.toFixed(4)} times that of its baseline`;
  return `The ${kind} of ${model} is ${final.toFixed(4)}${compared}.`;
}

function metricRows(report: unknown): FactRow[] {
  const metric = (key: string) => numberAt(report, 'metrics', 'primary_metric', key);
  const losses = (key: string) => intervalAt(report, 'metrics', key);
  return presentRows([
    ['Kind', textAt(report, 'metrics', 'primary_metric', 'kind')],
    ['Unit', textAt(report, 'metrics', 'primary_metric', 'unit')],
    ['Preview', fixed(metric('preview'), 4)],
    ['Final', fixed(metric('final'), 4)],
    [
      isAccuracyKind(textAt(report, 'metrics', 'primary_metric', 'kind') ?? '')
        ? 'Difference from the baseline'
        : 'Ratio vs Baseline',
      fixed(metric('ratio_vs_baseline'), 4),
    ],
    ['Examples', count(metric('n_final'))],
    ['Interval of the final log-loss', interval(losses('logloss_final_ci'))],
    ['Interval of the drift', interval(losses('logloss_delta_ci'))],
    ['Degraded', textAt(report, 'metrics', 'primary_metric', 'degraded_reason')],
  ]);
}

function modelRows(report: unknown): FactRow[] {
  const meta = (key: string) => textAt(report, 'meta', key);
  return presentRows([
    ['Model', meta('model_id')],
    ['Model from', hubText(report, 'meta', 'model_identity', 'hub')],
    ['Adapter', meta('adapter')],
    ['Device', meta('device')],
    ['Packed weights', packedWeightsText(report)],
    ['Timestamp', meta('ts')],
    ['Commit', meta('commit')?.slice(0, 12)],
    ['Tool version', meta('invarlock_version')],
    ['Model digest', textAt(report, 'meta', 'model_identity', 'sha256')],
    ['Tokenizer', meta('tokenizer_hash')],
  ]);
}

function configurationRows(report: unknown): FactRow[] {
  const data = (key: string) => numberAt(report, 'data', key);
  return presentRows([
    ['Profile', textAt(report, 'context', 'profile')],
    ['Tier', textAt(report, 'meta', 'auto', 'tier')],
    ['Provider', textAt(report, 'data', 'dataset')],
    ['Data from', hubText(report, 'data', 'hub')],
    ['Split', textAt(report, 'data', 'split')],
    ['Preview windows', count(data('preview_n'))],
    ['Final windows', count(data('final_n'))],
    ['Window length', count(data('seq_len'))],
    ['Stride', count(data('stride'))],
    ['Seed', count(data('seed') ?? numberAt(report, 'meta', 'seed'))],
    ['Replicates', count(numberAt(report, 'metrics', 'bootstrap', 'replicates'))],
    ['Dataset digest', textAt(report, 'data', 'dataset_hash')],
  ]);
}

function editRows(report: unknown): FactRow[] {
  const deltas = (key: string) => numberAt(report, 'edit', 'deltas', key);
  return presentRows([
    ['Edit', textAt(report, 'edit', 'name')],
    ['Plan', textAt(report, 'edit', 'plan_digest')],
    ['Parameters changed', count(deltas('params_changed'))],
    ['Layers changed', count(deltas('layers_modified'))],
    ['Sparsity', fixed(deltas('sparsity'), 4)],
  ]);
}

function guardRows(report: unknown): FactRow[] {
  return (listAt(report, 'guards') ?? []).flatMap((guard) => {
    const name = textAt(guard, 'name');
    if (name === undefined) return [];
    const passed = valueAt(guard, 'passed');
    const violations = listAt(guard, 'violations')?.length ?? 0;
    const value = passed === true ? 'passed' : passed === false ? 'failed' : 'ran';
    return [{ label: name, value: violations === 0 ? value : `${value}, ${violations} violations` }];
  });
}

function systemRows(report: unknown): FactRow[] {
  const metric = (key: string) => numberAt(report, 'metrics', key);
  const unit = (value: string | undefined, name: string) =>
    value === undefined ? value : `${value} ${name}`;
  return presentRows([
    ['Latency', unit(fixed(metric('latency_ms_per_tok'), 4), 'ms per token')],
    ['Throughput', unit(fixed(metric('throughput_tok_per_s'), 1), 'tokens per second')],
    ['Peak memory', unit(fixed(metric('memory_mb_peak'), 1), 'MiB')],
    ['Tokens', count(metric('total_tokens'))],
    ['Seconds', fixed(numberAt(report, 'metrics', 'timings', 'total'), 2)],
  ]);
}

function statusRows(report: unknown): FactRow[] {
  return presentRows([
    ['Pairing', textAt(report, 'metrics', 'window_pairing_reason')],
    ['Rollback', textAt(report, 'flags', 'rollback_reason')],
    ['Events', textAt(report, 'artifacts', 'events_path')],
  ]);
}

function fixed(value: number | undefined, digits: number): string | undefined {
  return value?.toFixed(digits);
}

function count(value: number | undefined): string | undefined {
  return value === undefined ? undefined : countText(value);
}

function interval(bounds: readonly [number, number] | undefined): string | undefined {
  return bounds?.map((bound) => bound.toFixed(6)).join(' to ');
}
