import { type ConfigNode, nodeAt } from '../../engine/config/config-node.ts';
import type { TextRange } from '../../engine/core/findings.ts';

/** A value that names a file or a folder. */
export interface PathValue {
  readonly pointer: string;
  readonly path: string;
  readonly range: TextRange;
  /** Without the quotes. */
  readonly textRange: TextRange;
  readonly kind: 'folder' | 'file' | 'include';
}

const kinds: Readonly<Record<string, PathValue['kind']>> = {
  '/certify/baseline': 'folder',
  '/certify/subject': 'folder',
  '/certify/out': 'folder',
  '/certify/cert_out': 'folder',
  '/model/id': 'folder',
  '/output/dir': 'folder',
  '/auto/tiers_file': 'file',
  '/dataset/file': 'file',
  '/dataset/path': 'file',
  '/dataset/data_files': 'file',
  '/dataset/provider/file': 'file',
  '/dataset/provider/path': 'file',
  '/dataset/provider/data_files': 'file',
};

/** What kind of path belongs at a pointer; `defaults` and lists are looked through. */
export function pathKindAt(pointer: string): PathValue['kind'] | undefined {
  return kinds[pointer.replace(/^\/defaults(?=\/)/, '').replace(/\/\d+$/, '')];
}

/** Every path that a text itself holds, in the order of the text. */
export function pathValues(root: ConfigNode): PathValue[] {
  const values: PathValue[] = [];
  for (const top of ['', '/defaults']) {
    for (const [pointer, kind] of Object.entries(kinds))
      collect(nodeAt(root, top + pointer)?.node, top + pointer, kind, values);
  }
  includesOf(root, '', values);
  return values.sort((a, b) => a.range.start - b.range.start);
}

function collect(
  node: ConfigNode | undefined,
  pointer: string,
  kind: PathValue['kind'],
  values: PathValue[],
): void {
  if (node?.kind === 'sequence') {
    node.items.forEach((item, index) => {
      collect(item, `${pointer}/${index}`, kind, values);
    });
    return;
  }
  if (node?.kind !== 'scalar' || typeof node.value !== 'string' || !node.range || node.value === '') return;
  const width = node.quote ? 1 : 0;
  // An alias, or a text with escapes, is not written as it reads.
  if (node.range.end - node.range.start !== node.value.length + 2 * width) return;
  const textRange = { start: node.range.start + width, end: node.range.end - width };
  values.push({ pointer, path: node.value, range: node.range, textRange, kind });
}

function includesOf(node: ConfigNode, pointer: string, values: PathValue[]): void {
  if (node.kind === 'mapping') {
    for (const [key, entry] of node.entries) includesOf(entry.node, `${pointer}/${key}`, values);
  } else if (node.kind === 'sequence') {
    node.items.forEach((item, index) => {
      includesOf(item, `${pointer}/${index}`, values);
    });
  } else if (node.kind === 'include' && node.range && node.target !== '') {
    const { range, target } = node;
    const width = range.end - range.start === target.length + 2 ? 1 : 0;
    const textRange = { start: range.start + width, end: range.end - width };
    values.push({ pointer, path: target, range, textRange, kind: 'include' });
  }
}
