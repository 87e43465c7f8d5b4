import type { TextRange } from '../../engine/core/findings.ts';

/** Where the cursor stands inside `{…}` or `[…]`. */
export interface FlowContext {
  readonly path: readonly string[];
  readonly position: 'key' | 'value';
  /** In columns of the text given. */
  readonly word: TextRange;
  readonly hasColon: boolean;
  /** The other keys of the mapping that the cursor is in. */
  readonly keys: readonly string[];
}

interface Level {
  readonly kind: '{' | '[';
  index: number;
  key: string | undefined;
  keys: string[];
}

/** Reads flow style up to the cursor; undefined when the cursor is not inside it. */
export function flowContext(text: string, cursor: number): FlowContext | undefined {
  if (!/^\s*[{[]/.test(text) || cursor <= 0) return undefined;
  const levels: Level[] = [];
  let wordStart = 0;
  let position = 0;
  while (position < cursor) {
    const character = text[position] ?? '';
    const level = levels[levels.length - 1];
    if (character === '"' || character === "'") {
      const end = text.indexOf(character, position + 1);
      if (end < 0 || end >= cursor) break;
      position = end;
    } else if (character === '{' || character === '[') {
      levels.push({ kind: character, index: 0, key: undefined, keys: [] });
      wordStart = position + 1;
    } else if (character === '}' || character === ']') {
      levels.pop();
      wordStart = position + 1;
    } else if (character === ',' && level) {
      level.index += 1;
      level.key = undefined;
      wordStart = position + 1;
    } else if (character === ':' && level?.kind === '{' && level.key === undefined) {
      level.key = unquoted(text.slice(wordStart, position).trim());
      level.keys.push(level.key);
      wordStart = position + 1;
    }
    position += 1;
  }
  const inner = levels[levels.length - 1];
  if (!inner) return undefined;
  while (/\s/.test(text[wordStart] ?? '') && wordStart < cursor) wordStart += 1;
  const rest = /^[^\s,\]}:#]*/.exec(text.slice(cursor))?.[0] ?? '';
  const end = cursor + rest.length;
  const path = levels.flatMap((level, depth) => {
    if (level.kind === '[') return [String(level.index)];
    const isInner = depth === levels.length - 1;
    return level.key === undefined ? (isInner ? [] : ['']) : [level.key];
  });
  return {
    path,
    position: inner.kind === '{' && inner.key === undefined ? 'key' : 'value',
    word: { start: wordStart, end },
    hasColon: /^\s*:/.test(text.slice(end)),
    keys: [...inner.keys, ...keysAfter(text.slice(end))],
  };
}

/** The keys that follow in the same mapping. */
function keysAfter(text: string): string[] {
  const keys: string[] = [];
  let depth = 0;
  for (const match of text.matchAll(/[{[]|[}\]]|,\s*["']?(\w+)["']?\s*:/g)) {
    if (/^[{[]/.test(match[0])) depth += 1;
    else if (/^[}\]]/.test(match[0])) depth -= 1;
    else if (depth === 0 && match[1] !== undefined) keys.push(match[1]);
    if (depth < 0) break;
  }
  return keys;
}

function unquoted(text: string): string {
  return text.replace(/^["']|["']$/g, '');
}
