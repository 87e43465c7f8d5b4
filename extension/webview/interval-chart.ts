import { element, svg } from './dom.ts';
import type { Tone } from './state-label.ts';

export interface IntervalChart {
  /** Subject against baseline; 1 means "as good as the baseline", more is worse. */
  readonly ratio: number;
  readonly interval: readonly [number, number] | null;
  readonly limit: number;
  readonly tone: Tone;
}

const WIDTH = 640;
const HEIGHT = 104;
const MARGIN = 24;
const MIDDLE = 56;

const BASELINE = 1;

/** The ratio with its interval on one axis with the limit, and the same numbers in words below it. */
export function intervalChart({ ratio, interval, limit, tone }: IntervalChart): HTMLElement {
  const values = [ratio, BASELINE, limit, ...(interval ?? [])];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const padding = (high - low || 1) * 0.08;
  const place = (value: number) =>
    MARGIN + ((value - low + padding) / (high - low + 2 * padding)) * (WIDTH - 2 * MARGIN);

  const words = inWords(ratio, interval, limit);
  const limitAt = place(limit);
  const baselineAt = place(BASELINE);
  const drawing = svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': words },
    svg('rect', { class: 'allowed', x: MARGIN, y: 24, width: limitAt - MARGIN, height: 60 }),
    svg('line', { class: 'axis', x1: MARGIN, x2: WIDTH - MARGIN, y1: MIDDLE, y2: MIDDLE }),
    upright('reference', baselineAt),
    label('quiet', baselineAt, 16, `baseline ${BASELINE.toFixed(1)}`, 'middle'),
    upright('limit', limitAt),
    label('', limitAt, 16, `limit ${format(limit)}`, 'middle'),
    interval !== null &&
      svg('line', { class: 'range', x1: place(interval[0]), x2: place(interval[1]), y1: MIDDLE, y2: MIDDLE }),
    svg('circle', { class: 'point', cx: place(ratio), cy: MIDDLE, r: 6 }),
    label('', place(ratio), MIDDLE - 14, format(ratio), 'middle'),
    interval !== null &&
      label(
        'quiet',
        place((interval[0] + interval[1]) / 2),
        MIDDLE + 44,
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

function upright(className: string, x: number): SVGElement {
  return svg('line', { class: className, x1: x, x2: x, y1: 24, y2: 84 });
}

/** Text that stays inside the frame, wherever its place is. */
function label(
  className: string,
  x: number,
  y: number,
  text: string,
  anchor: 'start' | 'middle' | 'end',
): SVGElement {
  // About 7 units a character; being generous only moves a label inwards.
  const width = text.length * 7;
  const left = anchor === 'start' ? 0 : anchor === 'middle' ? width / 2 : width;
  const shifted = Math.min(Math.max(x, left), WIDTH - (width - left));
  return svg('text', { class: className, x: shifted, y, 'text-anchor': anchor }, text);
}

function inWords(ratio: number, interval: readonly [number, number] | null, limit: number): string {
  const range = interval
    ? `with an interval from ${format(interval[0])} to ${format(interval[1])}`
    : 'without an interval';
  return `The ratio is ${format(ratio)}, ${range}; at most ${format(limit)} is accepted.`;
}

function format(value: number): string {
  return value.toFixed(4);
}
