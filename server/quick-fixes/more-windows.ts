import { nodeAt } from '../../engine/config/config-node.ts';
import { insertKey } from '../yaml/insert-key.ts';
import type { Fixer } from './fix-context.ts';

/** The counts that the tier asks for, written into the file where the profile alone brings fewer. */
export const bringMoreWindows: Fixer = ({ text, document, root, finding }) => {
  const { expected } = finding;
  if (typeof expected !== 'number' || !root) return [];
  const absent = ['preview_n', 'final_n'].filter((key) => !nodeAt(root, `/dataset/${key}`));
  if (absent.length === 0) return [];
  const lines = absent.map((key) => `${key}: ${expected}`);
  const insertion = insertKey(text, document, ['dataset'], {
    name: absent.join(),
    block: lines,
    flow: lines.join(', '),
  });
  return insertion ? [{ title: `Set ${absent.join(' and ')} to ${expected}`, ...insertion }] : [];
};
