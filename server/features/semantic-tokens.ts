import { type SemanticTokens, SemanticTokensBuilder, type SemanticTokensLegend } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { TextRange } from '../../engine/core/findings.ts';
import type { Analysis } from '../analysis.ts';
import { type NamedToken, namedTokens, tokenKinds } from '../semantic-tokens/named-tokens.ts';
import { parseOnce } from '../yaml/read-once.ts';

const kindNames = Object.keys(tokenKinds);
const tokenTypes = [...new Set(Object.values(tokenKinds))];

/**
 * Standard types, so that every editor has a colour for them; the modifier says which of our names it is. The extension
 * tells themes both (`semanticTokenScopes`).
 */
export const tokenLegend: SemanticTokensLegend = { tokenTypes, tokenModifiers: kindNames };

/**
 * What names of ours mean, for documents of ours only: the grammars colour by words alone, so they must leave alone
 * whatever could be somebody else's.
 */
export function semanticTokens(
  document: TextDocument,
  analysis: Analysis,
  within?: TextRange,
): SemanticTokens {
  const root = parseOnce(document.getText(), { kind: 'file', file: analysis.file }).value;
  const builder = new SemanticTokensBuilder();
  if (!root || analysis.kind !== 'config') return builder.build();
  const tokens = namedTokens(document.getText(), root, analysis);
  for (const { range, kind } of inOrder(tokens)) {
    if (within && (range.end <= within.start || range.start >= within.end)) continue;
    const { line, character } = document.positionAt(range.start);
    const type = tokenTypes.indexOf(tokenKinds[kind]);
    builder.push(line, character, range.end - range.start, type, 1 << kindNames.indexOf(kind));
  }
  return builder.build();
}

/** The protocol counts each token from the one before; half-typed documents may have some that overlap. */
function inOrder(tokens: readonly NamedToken[]): NamedToken[] {
  const sorted = [...tokens].sort((a, b) => a.range.start - b.range.start);
  let end = 0;
  return sorted.filter(({ range }) => {
    if (range.start < end) return false;
    end = range.end;
    return true;
  });
}
