import type { MetricView } from './certificate-view.ts';

const WIDTH = 640;
const HEIGHT = 84;
const MARGIN = 60;
const Y = 44;

/**
 * The ratio with its interval on a line, between 1 (no change) and the limit. Numbers only, so there is nothing to
 * escape. Empty when there is nothing to draw.
 */
export function intervalFigure({ ratio, interval, limit }: MetricView): string {
  if (ratio === null) return '';
  const values = [ratio, 1, ...(interval ?? []), ...(limit === null ? [] : [limit])];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = high - low || 1;
  const x = (value: number) => (MARGIN + ((value - low) / span) * (WIDTH - 2 * MARGIN)).toFixed(1);
  const mark = (value: number, name: string, label: string, textY: number) =>
    `<line class="${name}" x1="${x(value)}" y1="24" x2="${x(value)}" y2="60"/><text x="${x(value)}" y="${textY}" text-anchor="middle">${label}</text>`;
  const range = interval
    ? `interval ${interval.map((bound) => bound.toFixed(4)).join(' to ')}`
    : 'no interval';
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Ratio ${ratio.toFixed(4)}, ${range}">`,
    `<line class="axis" x1="${MARGIN}" y1="${Y}" x2="${WIDTH - MARGIN}" y2="${Y}"/>`,
    mark(1, 'one', '1.00 no change', 76),
    limit === null ? '' : mark(limit, 'limit', `limit ${limit.toFixed(2)}`, 76),
    interval
      ? `<line class="interval" x1="${x(interval[0])}" y1="${Y}" x2="${x(interval[1])}" y2="${Y}"/>`
      : '',
    `<circle class="point" cx="${x(ratio)}" cy="${Y}" r="3"/>`,
    `<text x="${x(ratio)}" y="16" text-anchor="middle">${ratio.toFixed(4)}</text>`,
    '</svg>',
  ].join('');
}
