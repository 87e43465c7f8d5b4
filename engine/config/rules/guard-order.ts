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
  const message =
    'No invariants guard stands at the end of the order, so nothing checks the model after the other guards. Add invariants as the last one.';
  view.report('/guards/order', 'key', 'C130', 'warning', message, { expected: 'invariants' });
}
