import type { CertificateView, FactRow, MetricView } from '../../engine/render/certificate-view.ts';
import { element } from './dom.ts';
import { factList } from './fact-list.ts';
import { intervalChart } from './interval-chart.ts';
import { section } from './section.ts';

/** The metric in numbers, and as a picture of where the ratio and its interval lie, seen from the limit. */
export function metricSection({ metric, gates }: CertificateView): HTMLElement | undefined {
  if (metric.kind === '') return undefined;
  const gate = gates.find(({ name }) => name === 'primary_metric_acceptable');
  const { ratio, interval, limit } = metric;
  return section(
    'metric',
    `Metric: ${metric.kind}`,
    factList('facts', numbers(metric)),
    metric.noiseFloor === null ? undefined : element('p', {}, `Noise floor: ${metric.noiseFloor}.`),
    metric.invalidReason === null ? undefined : element('p', {}, `Not usable: ${metric.invalidReason}.`),
    ratio === null || limit === null
      ? undefined
      : intervalChart({ ratio, interval, limit, tone: gate?.status === 'pass' ? 'pass' : 'fail' }),
  );
}

function numbers({ unit, preview, final, baseline, ratio, accuracy }: MetricView): FactRow[] {
  const rows: [string, number | null, string][] = [
    ['Subject, preview windows', preview, unit],
    ['Subject, final windows', final, unit],
    ['Baseline, final windows', baseline, unit],
    ...(accuracy.length > 0
      ? []
      : [['Subject against baseline', ratio, ''] as [string, number | null, string]]),
  ];
  const shown = rows.map(([label, value, suffix]) => ({
    label,
    value: value === null ? 'not recorded' : `${value.toFixed(4)} ${suffix}`.trim(),
  }));
  return [...shown, ...accuracy];
}
