import path from 'node:path';
import type { FileReader } from '../../core/ports.ts';

/** Whether a name asks for a pattern: `*` any characters, `?` one, `[ab]` one of these. */
export function isPattern(name: string): boolean {
  return /[*?[]/u.test(name);
}

/**
 * The files that a pattern matches, sorted (spec 02 EQ-16). Folders in it may be patterns too; none goes deeper than it is
 * written, and hidden names are matched by hidden patterns only, as Python's `glob` does.
 */
export async function matchingFiles(files: FileReader, pattern: string): Promise<readonly string[]> {
  const { root } = path.parse(pattern);
  let places = [root];
  for (const part of pattern.slice(root.length).split(path.sep)) {
    if (part === '') continue;
    if (!isPattern(part)) {
      places = places.map((place) => path.join(place, part));
      continue;
    }
    const expression = expressionOf(part);
    const next: string[] = [];
    for (const place of places) {
      if ((await files.facts(place))?.kind !== 'folder') continue;
      for (const name of await files.list(place)) {
        if (expression.test(name) && (part.startsWith('.') || !name.startsWith('.')))
          next.push(path.join(place, name));
      }
    }
    places = next;
  }
  const found: string[] = [];
  for (const place of places) if ((await files.facts(place))?.kind === 'file') found.push(place);
  return found.sort((a, b) => (a < b ? -1 : Number(a > b)));
}

function expressionOf(pattern: string): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? '';
    const set = character === '[' ? /^\[(!?)(\]?[^\]]*)\]/u.exec(pattern.slice(at)) : null;
    if (set?.[2]) {
      source += `[${set[1] === '!' ? '^' : ''}${set[2].replace(/[\\\]^[]/gu, '\\$&')}]`;
      at += set[0].length - 1;
    } else if (character === '*') source += '.*';
    else if (character === '?') source += '.';
    else source += character.replace(/[.+^${}()|[\]\\/-]/gu, '\\$&');
  }
  // A range that goes backwards matches nothing.
  try {
    return new RegExp(`^${source}$`, 'su');
  } catch {
    return /(?!)/u;
  }
}
