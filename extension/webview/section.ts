import { element } from './dom.ts';

/** A part of the page with a heading that names it for screen readers too. */
export function section(id: string, title: string, ...children: readonly (Node | undefined)[]): HTMLElement {
  return element(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    element('h2', { id: `${id}-title` }, title),
    ...children,
  );
}
