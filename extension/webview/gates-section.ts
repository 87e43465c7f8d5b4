import { element } from './dom.ts';
import { section } from './section.ts';
import { type State, stateLabel } from './state-label.ts';

interface GateRow {
  readonly title: string;
  readonly state: State;
  readonly measured: string;
  readonly threshold: string;
  readonly basis: string;
  readonly meaning: string;
}

/** One row per gate: what was measured, what it is held against, and what that means. */
export function gatesSection(gates: readonly GateRow[]): HTMLElement {
  const columns = ['Gate', 'Result', 'Measured', 'Threshold', 'Basis'];
  const table = element(
    'table',
    { 'aria-labelledby': 'gates-title' },
    element(
      'thead',
      {},
      element('tr', {}, ...columns.map((title) => element('th', { scope: 'col' }, title))),
    ),
    element('tbody', {}, ...gates.map(row)),
  );
  return section('gates', 'Gates', element('div', { class: 'table-frame' }, table));
}

function row({ title, state, measured, threshold, basis, meaning }: GateRow): HTMLElement {
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, title, element('p', { class: 'meaning quiet' }, meaning)),
    element('td', {}, stateLabel(state)),
    element('td', { class: 'number' }, measured),
    element('td', { class: 'number' }, threshold),
    element('td', {}, basis),
  );
}
