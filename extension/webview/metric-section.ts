import { element } from './dom.ts';
import { intervalChart } from './interval-chart.ts';
import { section } from './section.ts';
import { type State, toneOf } from './state-label.ts';

interface Metric {
  readonly title: string;
  readonly state: State;
  readonly point: number | undefined;
  readonly interval: readonly [number, number] | undefined;
  readonly limit: number | undefined;
  readonly reference: number;
  readonly isLowerBetter: boolean;
}

/** The metric as a picture: where the estimate and its interval lie, seen from the limit. */
export function metricSection(metric: Metric | undefined): HTMLElement | undefined {
  if (!metric) return undefined;
  const { point, state, title } = metric;
  const content =
    point === undefined
      ? element('p', { class: 'quiet' }, 'The certificate holds no value for its metric.')
      : intervalChart({ ...metric, point, tone: toneOf(state), format: (value) => value.toFixed(4) });
  return section('metric', title, content);
}
