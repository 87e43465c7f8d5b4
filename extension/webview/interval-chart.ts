import { element, svg } from './dom.ts';

export interface IntervalChart {
  readonly point: number;
  readonly interval: readonly [number, number] | undefined;
  readonly limit: number | undefined;
  /** The value that means "as good as the baseline". */
  readonly reference: number;
  /** Whether smaller is better, so that the allowed side is left of the limit. */
  readonly isLowerBetter: boolean;
  readonly tone: 'pass' | 'fail' | 'open' | 'none';
  readonly format: (value: number) => string;
}

const WIDTH = 640;
const HEIGHT = 104;
const MARGIN = 24;
const MIDDLE = 56;

/** The point estimate with its interval on one axis with the limit, and the same numbers in words below it. */
export function intervalChart(chart: IntervalChart): HTMLElement {
  const { point, interval, limit, reference, isLowerBetter, tone, format } = chart;
  const values = [point, reference, ...(interval ?? []), ...(limit === undefined ? [] : [limit])];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const padding = (high - low || Math.abs(high) || 1) * 0.08;
  const place = (value: number) =>
    MARGIN + ((value - low + padding) / (high - low + 2 * padding)) * (WIDTH - 2 * MARGIN);

  const words = inWords(chart);
  const drawing = svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': words },
    limit !== undefined && allowedArea(place(limit), isLowerBetter),
    svg('line', { class: 'axis', x1: MARGIN, x2: WIDTH - MARGIN, y1: MIDDLE, y2: MIDDLE }),
    svg('line', { class: 'reference', x1: place(reference), x2: place(reference), y1: 24, y2: 84 }),
    label(
      'quiet',
      place(reference),
      16,
      `baseline ${format(reference)}`,
      reference <= (limit ?? reference) ? 'start' : 'end',
    ),
    limit !== undefined &&
      svg('line', { class: 'limit', x1: place(limit), x2: place(limit), y1: 24, y2: 84 }),
    limit !== undefined &&
      label('', place(limit), 16, `limit ${format(limit)}`, limit < reference ? 'start' : 'end'),
    interval &&
      svg('line', { class: 'range', x1: place(interval[0]), x2: place(interval[1]), y1: MIDDLE, y2: MIDDLE }),
    svg('circle', { class: 'point', cx: place(point), cy: MIDDLE, r: 6 }),
    label('', place(point), MIDDLE - 14, format(point), 'middle'),
    interval &&
      label(
        'quiet',
        place((interval[0] + interval[1]) / 2),
        MIDDLE + 26,
        `${format(interval[0])} – ${format(interval[1])}`,
        'middle',
      ),
  );
  return element(
    'figure',
    { class: `interval tone-${tone}` },
    drawing,
    element('figcaption', { class: 'quiet' }, words),
  );
}

function allowedArea(limitAt: number, isLowerBetter: boolean): SVGElement {
  const x = isLowerBetter ? MARGIN : limitAt;
  const end = isLowerBetter ? limitAt : WIDTH - MARGIN;
  return svg('rect', { class: 'allowed', x, y: 24, width: Math.max(0, end - x), height: 60 });
}

/** Text that stays inside the frame, wherever its place is. */
function label(
  className: string,
  x: number,
  y: number,
  text: string,
  anchor: 'start' | 'middle' | 'end',
): SVGElement {
  // About 7 units a character at 13 px; being generous only moves a label inwards.
  const width = text.length * 7;
  const left = anchor === 'start' ? 0 : anchor === 'middle' ? width / 2 : width;
  const shifted = Math.min(Math.max(x, left), WIDTH - (width - left));
  return svg('text', { class: className, x: shifted, y, 'text-anchor': anchor }, text);
}

function inWords({ point, interval, limit, isLowerBetter, format }: IntervalChart): string {
  const range = interval
    ? `, interval ${format(interval[0])} to ${format(interval[1])}`
    : ', without an interval';
  const bound =
    limit === undefined ? '' : `; ${isLowerBetter ? 'at most' : 'at least'} ${format(limit)} is allowed`;
  return `Measured ${format(point)}${range}${bound}.`;
}
