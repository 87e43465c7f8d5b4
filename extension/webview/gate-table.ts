import type { GateRow } from '../../engine/render/certificate-view.ts';
import { element } from './dom.ts';
import { stateLabel } from './state-label.ts';

/** Gates or guards, one a row: what was measured, what it is held against, and what that means. */
export function gateTable(
  labelledBy: string,
  columns: readonly Column[],
  rows: readonly GateRow[],
): HTMLElement {
  const head = element('tr', {}, ...columns.map((column) => element('th', { scope: 'col' }, titles[column])));
  const table = element(
    'table',
    { 'aria-labelledby': labelledBy },
    element('thead', {}, head),
    element(
      'tbody',
      {},
      ...rows.map((row) => element('tr', {}, ...columns.map((column) => cell(column, row)))),
    ),
  );
  // Scrolls by itself where the panel is narrow, with the keyboard too.
  return element(
    'div',
    { class: 'table-frame', tabindex: 0, role: 'group', 'aria-labelledby': labelledBy },
    table,
  );
}

export type Column = 'title' | 'status' | 'measured' | 'threshold' | 'basis' | 'meaning';

const titles: Readonly<Record<Column, string>> = {
  title: 'Name',
  status: 'Result',
  measured: 'Measured',
  threshold: 'Threshold',
  basis: 'Basis',
  meaning: 'What it means',
};

function cell(column: Column, row: GateRow): HTMLElement {
  if (column === 'title') return element('th', { scope: 'row' }, row.title);
  if (column === 'status') return element('td', {}, stateLabel(row.status));
  const isNumber = column === 'measured' || column === 'threshold';
  return element('td', isNumber ? { class: 'number' } : {}, ...lines(row[column] || '–', isNumber));
}

/** A gate with several thresholds lists them with separators: one line each is easier to read. */
function lines(text: string, isNumber: boolean): Node[] {
  const parts = isNumber ? text.split(/[,;] /u) : [text];
  return parts.map((part) => element('span', { class: 'line' }, part));
}
