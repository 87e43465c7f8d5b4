import {
  type DocumentSymbol,
  type FoldingRange,
  FoldingRangeKind,
  type Position,
  type SelectionRange,
  SymbolKind,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { ConfigNode } from '../../engine/config/config-node.ts';
import { plainValue } from '../../engine/config/config-node.ts';
import { inYaml } from '../../engine/config/describe-schema.ts';
import type { TextRange } from '../../engine/core/findings.ts';
import { toLspRange } from '../to-lsp-range.ts';
import { parseOnce } from '../yaml/read-once.ts';
import { writtenChildren } from '../yaml/written-children.ts';

/** More than this no outline shows, and no editor wants to draw. */
const itemLimit = 5_000;

/** Sections and keys with their values. What an alias or a merge key brings is written elsewhere, and shown there. */
export function documentSymbols(document: TextDocument): DocumentSymbol[] {
  const root = parseOnce(document.getText(), { kind: 'file' }).value;
  const budget = { left: itemLimit };
  return root?.range ? symbolsOf(document, root, root.range, budget) : [];
}

function symbolsOf(
  document: TextDocument,
  node: ConfigNode,
  inside: TextRange,
  budget: { left: number },
): DocumentSymbol[] {
  const symbols: DocumentSymbol[] = [];
  for (const { name, child, keyRange } of writtenChildren(node, inside)) {
    if (budget.left <= 0) break;
    budget.left -= 1;
    const whole = trimmed(document, wholeRange(keyRange, child));
    // Half-typed brackets give sections that end before what is in them.
    const own = { start: whole.start, end: Math.min(whole.end, inside.end) };
    // The name must lie within the symbol, also where a key that is being typed runs over lines.
    const selection = { start: own.start, end: Math.min(own.end, keyRange?.end ?? own.start) };
    const detail = detailOf(child);
    const below = child.range ? symbolsOf(document, child, own, budget) : [];
    symbols.push({
      name: keyRange ? name : `[${name}]`,
      ...(detail !== '' && { detail }),
      kind: kindOf(child),
      range: toLspRange(document, own),
      selectionRange: toLspRange(document, selection),
      ...(below.length > 0 && { children: below }),
    });
  }
  return symbols;
}

/** Sections and comment blocks of more than one line. */
export function foldingRanges(document: TextDocument): FoldingRange[] {
  const text = document.getText();
  const root = parseOnce(text, { kind: 'file' }).value;
  const ranges: FoldingRange[] = [];
  const visit = (node: ConfigNode, inside: TextRange) => {
    for (const { child, keyRange } of writtenChildren(node, inside)) {
      if (ranges.length >= itemLimit) return;
      const own = trimmed(document, wholeRange(keyRange, child));
      const startLine = document.positionAt(own.start).line;
      const endLine = document.positionAt(own.end).line;
      if (endLine > startLine) ranges.push({ startLine, endLine });
      if (child.range) visit(child, child.range);
    }
  };
  if (root?.range) visit(root, root.range);
  return [...ranges, ...commentRanges(text)];
}

function commentRanges(text: string): FoldingRange[] {
  const ranges: FoldingRange[] = [];
  let start: number | undefined;
  const lines = [...text.split(/\r\n|\r|\n/), ''];
  for (const [line, content] of lines.entries()) {
    if (/^\s*#/.test(content)) {
      start ??= line;
      continue;
    }
    if (start !== undefined && line - 1 > start)
      ranges.push({ startLine: start, endLine: line - 1, kind: FoldingRangeKind.Comment });
    start = undefined;
  }
  return ranges;
}

/** From the value under the cursor outwards: value, key with value, section, document. */
export function selectionRanges(document: TextDocument, positions: readonly Position[]): SelectionRange[] {
  const text = document.getText();
  const root = parseOnce(text, { kind: 'file' }).value;
  return positions.map((position) => {
    const offset = document.offsetAt(position);
    const chain: TextRange[] = [{ start: 0, end: text.length }];
    let node = root;
    while (node?.range) {
      const at = writtenChildren(node, node.range).find(({ keyRange, child }) => {
        const whole = wholeRange(keyRange, child);
        return whole.start <= offset && offset <= whole.end;
      });
      if (!at) break;
      chain.push(trimmed(document, wholeRange(at.keyRange, at.child)));
      const part = at.keyRange && offset <= at.keyRange.end ? at.keyRange : at.child.range;
      if (part && part !== at.keyRange) chain.push(trimmed(document, part));
      else if (part) chain.push(part);
      if (part === at.keyRange) break;
      node = at.child;
    }
    return nested(document, chain);
  });
}

function nested(document: TextDocument, chain: readonly TextRange[]): SelectionRange {
  let result: SelectionRange | undefined;
  for (const range of chain) {
    const own = toLspRange(document, range);
    result = result ? { range: own, parent: result } : { range: own };
  }
  return result ?? { range: toLspRange(document, { start: 0, end: 0 }) };
}

function wholeRange(keyRange: TextRange | undefined, child: ConfigNode): TextRange {
  const start = keyRange?.start ?? child.range?.start ?? 0;
  return { start, end: Math.max(keyRange?.end ?? start, child.range?.end ?? start) };
}

/** Without the blank lines that the parser counts to a section. */
function trimmed(document: TextDocument, range: TextRange): TextRange {
  const length = document.getText().slice(range.start, range.end).trimEnd().length;
  return { start: range.start, end: range.start + length };
}

function detailOf(node: ConfigNode): string {
  if (node.kind === 'mapping') return '';
  if (node.kind === 'include') return `!include ${node.target}`;
  const text = inYaml(plainValue(node));
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function kindOf(node: ConfigNode): SymbolKind {
  if (node.kind === 'mapping') return SymbolKind.Module;
  if (node.kind === 'sequence') return SymbolKind.Array;
  if (node.kind === 'include') return SymbolKind.File;
  if (typeof node.value === 'number') return SymbolKind.Number;
  if (typeof node.value === 'boolean') return SymbolKind.Boolean;
  return node.value === null ? SymbolKind.Null : SymbolKind.String;
}
