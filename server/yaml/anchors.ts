import { CST, Lexer } from 'yaml';
import type { TextRange } from '../../engine/core/findings.ts';

/** `&name` or `*name` as it is written; the range is that of the name alone. */
export interface AnchorMention {
  readonly kind: 'anchor' | 'alias';
  readonly name: string;
  readonly range: TextRange;
}

/** Characters that the lexer adds between lexemes to say what they are; they stand in no text. */
const marks = new Set(['\u0002', '\u0018', '\u001f']);

/** Every anchor and alias of a text, in order; found by the lexer, so that half-typed texts give theirs too. */
export function anchorMentions(text: string): AnchorMention[] {
  // Most texts have none.
  if (!/[&*]/.test(text)) return [];
  const mentions: AnchorMention[] = [];
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (marks.has(lexeme)) continue;
    const kind = CST.tokenType(lexeme);
    if (kind === 'anchor' || kind === 'alias') {
      const range = { start: offset + 1, end: offset + lexeme.length };
      mentions.push({ kind, name: lexeme.slice(1), range });
    }
    offset += lexeme.length;
  }
  return mentions;
}

/** The mentions that belong together: an anchor and the aliases up to the next anchor of that name. */
export function mentionsAt(text: string, offset: number): readonly AnchorMention[] {
  const all = anchorMentions(text);
  const own = all.find(({ range }) => range.start - 1 <= offset && offset <= range.end);
  if (!own) return [];
  const named = all.filter(({ name }) => name === own.name);
  let group: AnchorMention[] = [];
  for (const mention of named) {
    if (mention.kind === 'anchor') {
      if (group.includes(own)) break;
      group = [];
    }
    group.push(mention);
  }
  return group;
}
