import { type CompletionItem, CompletionItemKind, InsertTextMode } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { toLspRange } from '../to-lsp-range.ts';
import { anchorMentions } from '../yaml/anchors.ts';
import type { CursorContext } from './cursor-context.ts';

/** Aliases of the anchors above the cursor, as values and behind a merge key. */
export function anchorItems(
  document: TextDocument,
  offset: number,
  context: CursorContext,
): CompletionItem[] {
  const text = document.getText();
  const names = new Set(
    anchorMentions(text)
      .filter(({ kind, range }) => kind === 'anchor' && range.end < context.word.start && range.end < offset)
      .map(({ name }) => name),
  );
  const range = toLspRange(document, context.word);
  const space = context.needsSpace ? ' ' : '';
  const isKey = context.position === 'key';
  // A merge key stands once in a mapping.
  if (isKey && (context.hasColon || context.inFlow)) return [];
  return [...names].map((name) => {
    const label = isKey ? `<<: *${name}` : `*${name}`;
    return {
      label,
      kind: CompletionItemKind.Reference,
      detail: isKey ? 'merge the keys of an anchor' : 'repeat the value of an anchor',
      sortText: `8${name}`,
      filterText: `${space}${label}`,
      insertTextMode: InsertTextMode.asIs,
      textEdit: { range, newText: `${space}${label}` },
    };
  });
}
