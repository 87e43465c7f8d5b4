import type { RuleView } from './rule.ts';

/** Only 8 bits are certified (spec 01 §1.4.4, Q-48): another width is said before the edit, not after it. */
export function supportedBitwidth(view: RuleView): void {
  if (view.text('/edit/name') !== 'quant_rtn') return;
  for (const pointer of ['/edit/plan/bitwidth', '/edit/plan/bits']) {
    const bits = view.number(pointer);
    if (bits === undefined || bits === 8) continue;
    if (pointer.endsWith('bits') && view.has('/edit/plan/bitwidth')) continue;
    const fix = view.replaceFix(pointer, 'Set the width to 8', '8');
    const message = `quant_rtn with ${bits} bits is outside the certified contract, which knows 8 only.`;
    view.report(pointer, 'value', 'C127', 'warning', message, {
      expected: 8,
      actual: bits,
      ...(fix && { fix }),
    });
  }
}
