import type { PanelMessage } from '../protocol/certificate-messages.ts';
import { element } from './dom.ts';
import { factList } from './fact-list.ts';
import { findingsSection } from './findings-section.ts';
import { gateTable } from './gate-table.ts';
import { metricSection } from './metric-section.ts';
import { section } from './section.ts';
import { verdictSection } from './verdict-section.ts';
import { worstWindowsSection } from './worst-windows-section.ts';

/** The whole page, from the verdict down to where everything came from. */
export function certificatePage({ view, fileName }: Extract<PanelMessage, { kind: 'view' }>): HTMLElement[] {
  const columns = ['title', 'status', 'measured', 'threshold', 'basis', 'meaning'] as const;
  const findings = findingsSection(view.findings);
  // Errors are why one reads on; remarks can wait until the numbers were seen.
  const isFirst = view.findings.some(({ severity }) => severity === 'error');
  return [
    verdictSection(view),
    isFirst ? findings : undefined,
    section('gates', 'Gates', gateTable('gates-title', columns, view.gates)),
    metricSection(view),
    view.divergence.length === 0
      ? undefined
      : section('divergence', 'Divergence from the baseline', factList('facts', view.divergence)),
    section('guards', 'Guards', gateTable('guards-title', ['title', 'status', 'meaning'], view.guards)),
    worstWindowsSection(view.worstWindows),
    isFirst ? undefined : findings,
    section(
      'provenance',
      'Provenance',
      element(
        'details',
        { id: 'provenance-digests' },
        element('summary', {}, 'Runs and digests'),
        factList('pairs', [...view.provenance, { label: 'File', value: fileName }]),
      ),
    ),
  ].filter((part) => part !== undefined);
}
