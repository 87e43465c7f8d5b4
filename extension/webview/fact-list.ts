import type { FactRow } from '../../engine/render/certificate-view.ts';
import { element } from './dom.ts';

/** Labels with their values: `facts` stand beside each other, `pairs` below each other. */
export function factList(layout: 'facts' | 'pairs', rows: readonly FactRow[]): HTMLElement {
  return element(
    'dl',
    { class: layout },
    ...rows.map(({ label, value }) => element('div', {}, element('dt', {}, label), element('dd', {}, value))),
  );
}
