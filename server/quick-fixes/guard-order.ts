import { appendItem, type FoundList, listAt, removeItem, rewriteList } from '../yaml/list-items.ts';
import type { Fixer } from './fix-context.ts';

/** The order of the default: the model's structure is compared before and after everything that measures. */
const usual = ['invariants', 'spectral', 'rmt', 'variance'];

/** Invariants after everything else; where more than that is out of place, the usual order as well. */
export const endWithInvariants: Fixer = ({ text, document, finding }) => {
  const found = listAt(document, finding.pointer ?? '');
  const insertion = found && appendItem(text, found, 'invariants');
  if (!insertion) return [];
  const appended = [...namesOf(found), 'invariants'];
  return [{ title: 'Add invariants at the end', ...insertion }, ...inUsualOrder(text, found, appended)];
};

/** An item that stands twice in a list. */
export const removeRepeated: Fixer = ({ text, document, finding }) => {
  const { list, index } = itemPointer(finding.pointer ?? '');
  const found = index === undefined ? undefined : listAt(document, list);
  if (!found || index === undefined) return [];
  const names = namesOf(found);
  const name = names[index];
  if (name === undefined || names.indexOf(name) === index) return [];
  const range = removeItem(text, found, index);
  const removed = range ? [{ title: `Remove the second "${name}"`, range, newText: '' }] : [];
  const without = names.filter((_, at) => at !== index);
  return finding.code === 'C129' ? [...removed, ...inUsualOrder(text, found, without)] : removed;
};

function inUsualOrder(text: string, found: FoundList, otherwise: readonly string[]) {
  const names = namesOf(found);
  const order = usual.filter((name) => names.includes(name));
  if (names.some((name) => !usual.includes(name))) return [];
  const wanted = order.includes('invariants')
    ? [...order, 'invariants']
    : ['invariants', ...order, 'invariants'];
  if (wanted.join() === otherwise.join() || wanted.join() === `invariants,${otherwise.join()}`) return [];
  const rewritten = rewriteList(text, found, wanted);
  return rewritten ? [{ title: `Write the usual order: ${wanted.join(', ')}`, ...rewritten }] : [];
}

function namesOf({ items }: FoundList): string[] {
  return items.map(({ node }) => String(node.value));
}

function itemPointer(pointer: string): { list: string; index: number | undefined } {
  const [, list = '', step] = /^(.*)\/(\d+)$/.exec(pointer) ?? [];
  return { list, index: step === undefined ? undefined : Number(step) };
}
