import type { CertificateView } from '../../engine/render/certificate-view.ts';
import { element } from './dom.ts';
import { factList } from './fact-list.ts';
import { sendRequest } from './host.ts';

/** What was decided, in one glance, and the facts that people ask for first. */
export function verdictSection(view: CertificateView): HTMLElement {
  const tone = view.verdict === 'PASS' ? 'pass' : 'fail';
  return element(
    'header',
    {},
    element(
      'div',
      { class: `verdict tone-${tone}` },
      element('h1', {}, view.verdict),
      element(
        'div',
        { class: 'headline' },
        element('p', {}, view.headline),
        counts(view),
        view.confidence !== null &&
          element(
            'p',
            { class: 'quiet' },
            `Confidence ${view.confidence.label}: ${view.confidence.explanation}.`,
          ),
      ),
      element(
        'div',
        { class: 'actions' },
        action('Verify', () => sendRequest({ kind: 'verify' })),
        action('Open as Text', () => sendRequest({ kind: 'open-text', range: null })),
      ),
    ),
    factList('facts', view.facts),
  );
}

/** One line that a passing verdict cannot hide anything behind: what did not run stands out. */
function counts({ gates, guards, findings }: CertificateView): HTMLElement {
  const passed = gates.filter(({ status }) => status === 'pass').length;
  const skipped = guards.filter(({ status }) => status === 'not_evaluated').length;
  return element(
    'p',
    {},
    `${passed} of ${count(gates.length, 'gate')} passed`,
    skipped > 0 && ', ',
    skipped > 0 &&
      element(
        'strong',
        { class: 'state tone-open' },
        `${skipped} of ${count(guards.length, 'guard')} not evaluated`,
      ),
    findings.length > 0 && `, ${count(findings.length, 'finding')}`,
    '.',
  );
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function action(text: string, run: () => void): HTMLElement {
  const button = element('button', { type: 'button' }, text);
  button.addEventListener('click', run);
  return button;
}
