import type { FindingRow } from '../../engine/render/certificate-view.ts';
import { element } from './dom.ts';
import { type PanelRequest, sendRequest } from './host.ts';
import { section } from './section.ts';
import type { Tone } from './state-label.ts';

const tones: Readonly<Record<FindingRow['severity'], Tone>> = {
  error: 'fail',
  warning: 'open',
  note: 'none',
};

/** What verification found, each with its place in the text and the page of its code. */
export function findingsSection(findings: readonly FindingRow[]): HTMLElement | undefined {
  if (findings.length === 0) return undefined;
  const list = element('ul', { class: 'findings', 'aria-label': 'Findings' }, ...findings.map(item));
  return section('findings', 'Findings', list);
}

function item({ code, severity, message, pointer, range, docsUrl }: FindingRow): HTMLElement {
  return element(
    'li',
    { class: `tone-${tones[severity]}` },
    element('p', {}, element('span', { class: 'state' }, `${severity} ${code}`), ' ', message),
    element(
      'p',
      { class: 'where' },
      pointer !== '' && element('code', {}, pointer),
      range !== null && link('Show in the text', { kind: 'open-text', range }),
      link(`About ${code}`, { kind: 'open-link', url: docsUrl }),
    ),
  );
}

function link(text: string, request: PanelRequest): HTMLElement {
  const button = element('button', { type: 'button', class: 'link' }, text);
  button.addEventListener('click', () => sendRequest(request));
  return button;
}
