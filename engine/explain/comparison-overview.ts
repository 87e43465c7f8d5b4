import { numberAt, textAt } from '../core/json-access.ts';
import { certificateView, type MetricView } from '../render/certificate-view.ts';
import { countText } from '../render/certificate-view-facts.ts';
import { printable } from '../render/console-lines.ts';

export type DocumentKind = 'certificate' | 'report';

/** The numbers that people compare, side by side (spec 04 §4.7): one column per document, what a document lacks is `-`. */
export function comparisonOverview(
  kind: DocumentKind,
  documents: readonly { readonly name: string; readonly value: unknown }[],
): readonly string[] {
  const columns = documents.map(({ value }) =>
    kind === 'certificate' ? ofCertificate(value) : ofReport(value),
  );
  const labels = Object.keys(columns[0] ?? {});
  const rows = [
    ['', ...documents.map(({ name }) => name)],
    ...labels.map((label) => [label, ...columns.map((column) => column[label] ?? '-')]),
  ].map((cells) => cells.map(printable));
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

type Column = Readonly<Record<string, string | undefined>>;

function ofCertificate(certificate: unknown): Column {
  const { verdict, metric, gates } = certificateView(certificate);
  return {
    verdict,
    subject: textAt(certificate, 'meta', 'model_id'),
    edit: textAt(certificate, 'edit', 'name'),
    preview: fixed(metric.preview),
    final: fixed(metric.final),
    ...againstBaseline(metric),
    'failed gates': String(gates.filter(({ status }) => status === 'fail').length),
    'parameters changed': count(numberAt(certificate, 'structure', 'params_changed')),
  };
}

function againstBaseline({ ratio, interval, accuracy: [difference, range] }: MetricView): Column {
  if (difference) return { 'difference vs baseline': difference.value, interval: range?.value };
  const bounds = interval?.map((bound) => bound.toFixed(4)).join(' to ');
  return { 'ratio vs baseline': fixed(ratio), interval: bounds };
}

function ofReport(report: unknown): Column {
  const metric = (key: string) => numberAt(report, 'metrics', 'primary_metric', key);
  return {
    model: textAt(report, 'meta', 'model_id'),
    edit: textAt(report, 'edit', 'name'),
    preview: fixed(metric('preview')),
    final: fixed(metric('final')),
    'ratio vs baseline': fixed(metric('ratio_vs_baseline')),
    'latency (ms/token)': fixed(numberAt(report, 'metrics', 'latency_ms_per_tok')),
    'peak memory (MiB)': fixed(numberAt(report, 'metrics', 'memory_mb_peak')),
    'parameters changed': count(numberAt(report, 'edit', 'deltas', 'params_changed')),
  };
}

function fixed(value: number | null | undefined): string | undefined {
  return value?.toFixed(4);
}

function count(value: number | undefined): string | undefined {
  return value === undefined ? undefined : countText(value);
}
