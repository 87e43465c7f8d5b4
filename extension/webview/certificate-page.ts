import type { PanelMessage } from '../protocol/certificate-messages.ts';
import { element } from './dom.ts';
import { findingsSection } from './findings-section.ts';
import { gatesSection } from './gates-section.ts';
import { guardsSection } from './guards-section.ts';
import { metricSection } from './metric-section.ts';
import { provenanceSection } from './provenance-section.ts';
import { verdictSection } from './verdict-section.ts';

/** The whole page, from the verdict down to where everything came from. */
export function certificatePage({ view, fileName }: Extract<PanelMessage, { kind: 'view' }>): HTMLElement[] {
  return [
    verdictSection(view),
    findingsSection(view.findings),
    gatesSection(view.gates),
    metricSection(view.metric),
    guardsSection(view.guards),
    provenanceSection(view.provenance),
    element('p', { class: 'quiet file' }, fileName),
  ].filter((part) => part !== undefined);
}
