import path from 'node:path';
import type { FileRuleView } from './check-file-rules.ts';

/** A path that is written at a pointer, made absolute from the folder of the file in which it is written. */
export function pathAt(view: FileRuleView, pointer: string): string | undefined {
  const node = view.node(pointer);
  if (node?.kind !== 'scalar' || typeof node.value !== 'string' || node.value === '') return undefined;
  const { file } = node.source;
  return path.resolve(file === undefined ? view.folder : path.dirname(path.resolve(file)), node.value);
}
