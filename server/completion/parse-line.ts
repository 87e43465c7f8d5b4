/** One line of block-style YAML: indentation, list dashes, key and value, by column. */
export interface Line {
  readonly isBlank: boolean;
  /** Column of the key, or of the text when there is no key. */
  readonly column: number;
  readonly dashColumns: readonly number[];
  readonly key: string | undefined;
  /** Column after the key, where its colon is. */
  readonly keyEnd: number;
  readonly valueColumn: number;
  readonly valueEnd: number;
  /** Nothing but an anchor or a tag follows the colon: the value stands in the lines below. */
  readonly opensBlock: boolean;
}

export function parseLine(raw: string): Line {
  let column = raw.length - raw.trimStart().length;
  const dashColumns: number[] = [];
  while (/^-(\s|$)/.test(raw.slice(column))) {
    dashColumns.push(column);
    const rest = raw.slice(column + 1);
    column += 1 + (rest.length - rest.trimStart().length);
  }
  const text = raw.slice(column);
  const isComment = text.startsWith('#');
  const match = isComment
    ? null
    : /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#"'[{][^#:]*?)\s*:(?=\s|$)/.exec(text);
  const base = {
    column,
    dashColumns,
    isBlank: (text.trim() === '' && dashColumns.length === 0) || (isComment && dashColumns.length === 0),
  };
  if (!match?.[1]) {
    return {
      ...base,
      key: undefined,
      keyEnd: column,
      valueColumn: column,
      valueEnd: column,
      opensBlock: false,
    };
  }
  const keyEnd = column + match[1].length;
  const afterColon = column + match[0].length;
  const rest = raw.slice(afterColon);
  const value = rest.replace(/(^|\s)#.*$/, '').trimEnd();
  const valueColumn = afterColon + (rest.length - rest.trimStart().length);
  return {
    ...base,
    key: match[1].replace(/^["']|["']$/g, ''),
    keyEnd,
    valueColumn,
    valueEnd: Math.max(valueColumn, afterColon + value.length),
    opensBlock: /^\s*([&!][^\s]*\s*)*$/.test(value),
  };
}
