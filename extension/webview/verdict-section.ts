import { element } from './dom.ts';
import { sendRequest } from './host.ts';
import { type State, toneOf } from './state-label.ts';

interface Verdict {
  readonly verdict: State;
  readonly title: string;
  readonly headline: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
}

/** What was decided, in one glance, and the numbers that people ask for first. */
export function verdictSection({ verdict, title, headline, facts }: Verdict): HTMLElement {
  return element(
    'header',
    {},
    element(
      'div',
      { class: `verdict tone-${toneOf(verdict)}` },
      element('h1', {}, title),
      element('p', { class: 'headline' }, headline),
      element(
        'div',
        { class: 'actions' },
        action('Verify', () => sendRequest({ kind: 'verify' })),
        action('Open as Text', () => sendRequest({ kind: 'open-text', pointer: undefined })),
      ),
    ),
    element(
      'dl',
      { class: 'facts' },
      ...facts.map(({ label, value }) =>
        element('div', {}, element('dt', {}, label), element('dd', {}, value)),
      ),
    ),
  );
}

function action(text: string, run: () => void): HTMLElement {
  const button = element('button', { type: 'button' }, text);
  button.addEventListener('click', run);
  return button;
}
