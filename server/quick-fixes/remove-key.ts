import { isMap } from 'yaml';
import { resolved } from '../../engine/config/config-schema.ts';
import { pointerInWords } from '../../engine/config/json-pointer.ts';
import { endOfPair, pairAtOffset, writtenAtPointer } from '../yaml/find-pair.ts';
import { removePair } from '../yaml/remove-pair.ts';
import type { FixContext, Fixer } from './fix-context.ts';

/** Removes a key that is refused, stands twice, has no effect, or does not exist. */
export const removeKey: Fixer = ({ text, document, place, finding }) => {
  // Some findings stand on the value.
  const found =
    pairAtOffset(document, place.start) ?? writtenAtPointer(document, finding.pointer ?? '')?.pair;
  const range = found && removePair(text, found);
  if (!range) return [];
  const name = found.key.source ?? String(found.key.value);
  const title = finding.code === 'C102' ? `Remove the second "${name}"` : `Remove "${name}"`;
  return [{ title, range, newText: '' }];
};

/** Turns a key that does not exist into a note of the user's own, where notes are allowed. */
export const keepAsNote: Fixer = ({ text, document, place, finding, schema }) => {
  const found = pairAtOffset(document, place.start);
  const isTop = finding.pointer !== undefined && finding.pointer.lastIndexOf('/') === 0;
  const takesNotes = resolved(schema).patternProperties !== undefined;
  if (!found || !isTop || !takesNotes || finding.fix) return [];
  const name = text.slice(place.start, place.end).replace(/^["']|["']$/g, '');
  if (!/^[A-Za-z]\w*$/.test(name)) return [];
  return [{ title: `Keep as a note: rename to "_${name}"`, range: place, newText: `_${name}` }];
};

/** Moves the value of a deprecated or refused key to the key beside it that replaces it. */
export const replaceDeprecated: Fixer = (context) => {
  const { document, place, finding, text } = context;
  const found = pairAtOffset(document, place.start);
  const [, one, other] = /\bUse ([a-z_.]+)\b(?: and ([a-z_]+)\b)?/.exec(finding.message) ?? [];
  const named = other !== undefined && isMap(found?.pair.value) ? other : one;
  // A key of another section is no new name for this one.
  const section = pointerInWords((finding.pointer ?? '').replace(/\/[^/]*$/, ''));
  const successor = named?.startsWith(`${section}.`) ? named.slice(section.length + 1) : named;
  if (!found || successor?.includes('.') || successor === undefined || holds(context, successor)) return [];
  const end = endOfPair(text, found);
  if (end <= place.end) return [];
  return [{ title: `Rename to "${successor}"`, range: place, newText: successor }];
};

function holds({ document, place }: FixContext, name: string): boolean {
  const items = pairAtOffset(document, place.start)?.map.items ?? [];
  return items.some(({ key }) => String(key) === name);
}
