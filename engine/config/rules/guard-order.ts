import type { TextFix } from '../../core/findings.ts';
import type { ConfigNode } from '../config-node.ts';
import type { RuleView } from './rule.ts';

/**
 * What the schema cannot say about `guards.order` (spec 01 §2.1, Q-46): a guard that repeats, and no invariants after
 * the others. Unknown names are the schema's.
 */
export function guardOrder(view: RuleView): void {
  const order = view.node('/guards/order');
  if (order?.kind !== 'sequence') return;
  const names = order.items.map((item) => (item.kind === 'scalar' ? item.value : undefined));
  // One item behind an include, and nobody can say what the order is.
  if (names.includes(undefined)) return;
  names.forEach((name, index) => {
    // Invariants before and after the other guards are the point of the default order.
    const first = names.indexOf(name);
    if (first === index || name === 'noop') return;
    if (name === 'invariants' && index === names.length - 1) return;
    const message = `The guard ${String(name)} stands in the order twice and would be measured twice. Remove one of the two.`;
    view.report(`/guards/order/${index}`, 'value', 'C129', 'warning', message, { actual: name });
  });
  const measuring = names.filter((name) => name === 'spectral' || name === 'rmt' || name === 'variance');
  const last = names.filter((name) => name !== 'noop').at(-1);
  if (measuring.length === 0 || last === 'invariants') return;
  const fix = appendFix(order.items);
  const message =
    'No invariants guard stands at the end of the order, so nothing checks the model after the other guards. Add invariants as the last one.';
  view.report('/guards/order', 'key', 'C130', 'warning', message, {
    expected: 'invariants',
    ...(fix && { fix }),
  });
}

/** Only for a list in one line: how a list of lines is indented is not known here. */
function appendFix(items: readonly ConfigNode[]): TextFix | undefined {
  const last = items.at(-1)?.range;
  if (!last) return undefined;
  let before: ConfigNode['range'];
  for (const { range } of items) {
    if (!range || (before && range.start - before.end > 2)) return undefined;
    before = range;
  }
  if (items.length < 2) return undefined;
  const range = { start: last.end, end: last.end };
  return { title: 'Add invariants at the end', range, newText: ', invariants' };
}
