import {
  signed,
  type TokenView,
  type WorstWindowsView,
  type WorstWindowView,
} from '../../engine/render/certificate-view-worst-windows.ts';
import { element } from './dom.ts';
import { section } from './section.ts';

/** The windows that got worst as text, each token coloured by how much its loss rose or fell. */
export function worstWindowsSection(worst: WorstWindowsView | null): HTMLElement | undefined {
  if (!worst) return undefined;
  return section(
    'worst-windows',
    'Worst windows',
    element('p', { class: 'quiet' }, worst.summary),
    ...worst.windows.map((window, index) => windowPart(window, index === 0)),
  );
}

function windowPart({ title, baseline, subject, delta, extent, tokens }: WorstWindowView, isOpen: boolean) {
  const head = `${title}: loss ${baseline.toFixed(4)} → ${subject.toFixed(4)} (${signed(delta)})`;
  if (tokens.length === 0) return element('p', {}, head);
  return element(
    'details',
    { open: isOpen },
    element('summary', {}, head),
    element('p', { class: 'quiet' }, extent),
    element('p', { class: 'tokens' }, ...tokens.map(tokenPart)),
  );
}

function tokenPart({ text, baseline, subject, delta, level }: TokenView): HTMLElement {
  const name = level === 0 ? 'same' : level > 0 ? `worse${level}` : `better${-level}`;
  const title = `${baseline.toFixed(3)} → ${subject.toFixed(3)} (${signed(delta, 3)})`;
  return element('span', { class: name, title }, text.replaceAll('\n', '⏎\n').replaceAll('\t', '⇥'));
}
