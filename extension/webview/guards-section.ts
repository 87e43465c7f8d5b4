import { element } from './dom.ts';
import { section } from './section.ts';
import { type State, stateLabel } from './state-label.ts';

interface GuardRow {
  readonly title: string;
  readonly state: State;
  readonly note: string;
}

/** The guards. One that did not run is listed as such: silence would read as a pass. */
export function guardsSection(guards: readonly GuardRow[]): HTMLElement | undefined {
  if (guards.length === 0) return undefined;
  const table = element(
    'table',
    { 'aria-labelledby': 'guards-title' },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        ...['Guard', 'Result', 'What it says'].map((title) => element('th', { scope: 'col' }, title)),
      ),
    ),
    element(
      'tbody',
      {},
      ...guards.map(({ title, state, note }) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, title),
          element('td', {}, stateLabel(state)),
          element('td', {}, note),
        ),
      ),
    ),
  );
  return section('guards', 'Guards', element('div', { class: 'table-frame' }, table));
}
