import { type Document, isScalar, visit } from 'yaml';
import type { TextFix } from '../../engine/core/findings.ts';
import { endOfLine, lineBreakOf, startOfLine } from '../yaml/find-pair.ts';
import type { FixContext } from './fix-context.ts';

/** A comment that silences a warning or a note on its line; errors cannot be silenced. */
export function suppress({ text, document, finding, place }: FixContext): TextFix | undefined {
  if (finding.severity === 'error' || finding.code === 'C191') return undefined;
  const title = `Suppress ${finding.code} on this line`;
  const start = startOfLine(text, place.start);
  const end = endOfLine(text, place.start);
  const line = text.slice(start, end);
  const known = /#\s*invarlock-disable-line(?:[\s,]+[A-Z]\d{3}\b)+/.exec(line);
  if (known) {
    const at = start + known.index + known[0].length;
    return { title, range: { start: at, end: at }, newText: `, ${finding.code}` };
  }
  if (isInsideScalar(document, end)) {
    const indentation = /^[ \t]*/.exec(line)?.[0] ?? '';
    const newText = `${indentation}# invarlock-disable-next-line ${finding.code}${lineBreakOf(text)}`;
    return { title, range: { start, end: start }, newText };
  }
  const trimmed = start + line.trimEnd().length;
  const newText = ` # invarlock-disable-line ${finding.code}`;
  return { title, range: { start: trimmed, end }, newText };
}

/** A comment inside a value of several lines would become part of it. */
function isInsideScalar(document: Document, offset: number): boolean {
  let inside = false;
  visit(document, {
    Scalar(_, node) {
      const [start, end] = node.range ?? [0, 0];
      // The header of a block scalar (`|`) may carry a comment.
      const isHeader = isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED');
      if (!isHeader && start < offset && offset < end) inside = true;
    },
  });
  return inside;
}
