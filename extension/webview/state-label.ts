import { element } from './dom.ts';

export type State = 'pass' | 'fail' | 'warn' | 'not_evaluated';

export type Tone = 'pass' | 'fail' | 'open' | 'none';

const facts: Readonly<Record<State, { tone: Tone; mark: string; text: string }>> = {
  pass: { tone: 'pass', mark: '✓', text: 'PASS' },
  fail: { tone: 'fail', mark: '✗', text: 'FAIL' },
  warn: { tone: 'open', mark: '!', text: 'WARN' },
  not_evaluated: { tone: 'open', mark: '–', text: 'NOT EVALUATED' },
};

export function toneOf(state: State): Tone {
  return facts[state].tone;
}

/** A state in words, with a mark beside the colour: colour alone says nothing to some readers. */
export function stateLabel(state: State): HTMLElement {
  const { tone, mark, text } = facts[state];
  return element('span', { class: `state tone-${tone}`, 'data-mark': mark }, text);
}
