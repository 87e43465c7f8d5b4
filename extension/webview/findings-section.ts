import { element } from './dom.ts';
import { sendRequest } from './host.ts';
import { section } from './section.ts';
import type { Tone } from './state-label.ts';

interface ShownFinding {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
  readonly pointer?: string;
  readonly docsUrl?: string;
}

const tones: Readonly<Record<ShownFinding['severity'], Tone>> = {
  error: 'fail',
  warning: 'open',
  note: 'none',
};

/** What verification found, each with its place in the text and the page of its code. */
export function findingsSection(findings: readonly ShownFinding[]): HTMLElement | undefined {
  if (findings.length === 0) return undefined;
  const list = element('ul', { class: 'findings', 'aria-label': 'Findings' }, ...findings.map(item));
  return section('findings', 'Findings', list);
}

function item({ code, severity, message, pointer, docsUrl }: ShownFinding): HTMLElement {
  return element(
    'li',
    { class: `tone-${tones[severity]}` },
    element('span', { class: 'state' }, `${severity} ${code}`),
    element('p', {}, message),
    element(
      'p',
      { class: 'where' },
      pointer !== undefined && textLink(pointer),
      docsUrl !== undefined && pageLink(code, docsUrl),
    ),
  );
}

function textLink(pointer: string): HTMLElement {
  const button = element('button', { type: 'button', class: 'link' }, 'Show in the text');
  button.addEventListener('click', () => sendRequest({ kind: 'open-text', pointer }));
  return element('span', {}, element('code', {}, pointer), ' ', button);
}

function pageLink(code: string, url: string): HTMLElement {
  const button = element('button', { type: 'button', class: 'link' }, `About ${code}`);
  button.addEventListener('click', () => sendRequest({ kind: 'open-link', url }));
  return button;
}
