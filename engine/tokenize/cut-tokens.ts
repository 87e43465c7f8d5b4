/**
 * At most `maximumLength` ids, with the special tokens kept: the text between them is cut at its end, as tokenizers do
 * (spec 02 §2.2). `plain` are the ids of the same text without special tokens.
 *
 * @example cutTokens([2, 7, 8, 9, 3], [7, 8, 9], 4) // [2, 7, 8, 3]
 */
export function cutTokens(
  ids: readonly number[],
  plain: readonly number[],
  maximumLength: number,
): readonly number[] {
  if (ids.length <= maximumLength) return ids;
  const added = ids.length - plain.length;
  const before = startOf(ids, plain);
  // A template that does more than frame the text, or one that leaves no room for it, is cut like any text.
  if (before === undefined || added >= maximumLength) return ids.slice(0, maximumLength);
  const after = ids.slice(before + plain.length);
  return [...ids.slice(0, before), ...plain.slice(0, maximumLength - added), ...after];
}

/** Where `plain` stands inside `ids`. */
function startOf(ids: readonly number[], plain: readonly number[]): number | undefined {
  for (let start = 0; start + plain.length <= ids.length; start++)
    if (plain.every((id, i) => ids[start + i] === id)) return start;
  return undefined;
}
