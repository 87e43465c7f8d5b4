import { plainValue } from '../config-node.ts';
import { pointerInWords } from '../json-pointer.ts';
import { aliases } from '../layers/with-canonical-names.ts';
import type { RuleView } from './rule.ts';

/** Two places for one setting: the first of each pair does not count when both are given. */
const pairs: readonly (readonly [loses: string, wins: string])[] = [
  ...aliases,
  ['/auto/tier', '/certify/tier'],
  ['/model/adapter', '/certify/adapter'],
];

/** A setting that is given twice with different values: the reader must know which one counts. */
export function aliasBesideName(view: RuleView): void {
  for (const [loses, wins] of pairs) {
    const ignored = view.node(loses);
    const counts = view.node(wins);
    if (!ignored || !counts || view.isUnknown(loses) || view.isUnknown(wins)) continue;
    const [ignoredValue, countingValue] = [plainValue(ignored), plainValue(counts)];
    if (ignoredValue === null || countingValue === null) continue;
    if (JSON.stringify(ignoredValue) === JSON.stringify(countingValue)) continue;
    const message = `${pointerInWords(loses)} does not count: ${pointerInWords(wins)} is given too and wins. Remove one of the two.`;
    view.report(loses, 'key', 'C126', 'warning', message, { expected: countingValue, actual: ignoredValue });
  }
}
