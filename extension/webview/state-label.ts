import type { GateStatus } from '../../engine/render/certificate-view.ts';
import { element } from './dom.ts';

export type Tone = 'pass' | 'fail' | 'open' | 'none';

const facts: Readonly<Record<GateStatus, { tone: Tone; mark: string; text: string }>> = {
  pass: { tone: 'pass', mark: '✓', text: 'PASS' },
  fail: { tone: 'fail', mark: '✗', text: 'FAIL' },
  warn: { tone: 'open', mark: '!', text: 'WARN' },
  info: { tone: 'none', mark: '·', text: 'INFO' },
  not_evaluated: { tone: 'open', mark: '–', text: 'NOT EVALUATED' },
};

/** A status in words, with a mark beside the colour: colour alone says nothing to some readers. */
export function stateLabel(status: GateStatus): HTMLElement {
  const { tone, mark, text } = facts[status];
  return element('span', { class: `state tone-${tone}`, 'data-mark': mark }, text);
}
