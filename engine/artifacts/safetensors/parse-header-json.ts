/**
 * A strict JSON reader for safetensors headers. `JSON.parse` will not do: it silently keeps the last of two equal
 * keys and rounds integers, and both hide tensors.
 *
 * Objects become `Map`s, so that a key such as `__proto__` is a key like any other. Numbers keep their spelling.
 */
export function parseHeaderJson(text: string): HeaderJsonResult {
  const state: State = { text, at: 0, values: 0, duplicates: [] };
  try {
    const value = readValue(state, 0);
    skipSpace(state);
    if (state.at < text.length) throw unexpected(state);
    return { value, duplicates: state.duplicates, error: undefined };
  } catch (error) {
    if (!(error instanceof HeaderJsonError)) throw error;
    return { value: undefined, duplicates: state.duplicates, error: error.message };
  }
}

export type HeaderJson = string | JsonNumber | boolean | null | HeaderJson[] | Map<string, HeaderJson>;

export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }

  /** The number when it is spelt as a natural number that a double holds exactly. */
  toNatural(): number | undefined {
    if (!/^(0|[1-9][0-9]*)$/.test(this.text)) return undefined;
    const value = Number(this.text);
    return Number.isSafeInteger(value) ? value : undefined;
  }
}

export interface HeaderJsonResult {
  readonly value: HeaderJson | undefined;
  /** Keys that occur twice in one object, a few of them; the first value was kept. */
  readonly duplicates: readonly string[];
  readonly error: string | undefined;
}

class HeaderJsonError extends Error {}

interface State {
  readonly text: string;
  at: number;
  /** How many values were read. */
  values: number;
  readonly duplicates: string[];
}

/** The format needs four levels; the limit keeps a hostile header from exhausting the stack. */
const maximumDepth = 16;

/**
 * Enough for a hundred thousand tensors in one file, several times what the largest models have; keeps a header of a
 * hundred megabytes from becoming gigabytes in memory.
 */
const maximumValues = 1_000_000;

const maximumDuplicates = 20;

function readValue(state: State, depth: number): HeaderJson {
  if (++state.values > maximumValues) throw new HeaderJsonError(`more than ${maximumValues} values`);
  if (depth > maximumDepth) throw new HeaderJsonError(`more than ${maximumDepth} levels deep`);
  skipSpace(state);
  switch (state.text[state.at]) {
    case '{':
      return readObject(state, depth);
    case '[':
      return readArray(state, depth);
    case '"':
      return readString(state);
    case 't':
      return readWord(state, 'true', true);
    case 'f':
      return readWord(state, 'false', false);
    case 'n':
      return readWord(state, 'null', null);
    default:
      return readNumber(state);
  }
}

function readObject(state: State, depth: number): Map<string, HeaderJson> {
  const result = new Map<string, HeaderJson>();
  state.at++;
  if (takeIf(state, '}')) return result;
  do {
    skipSpace(state);
    const key = readString(state);
    take(state, ':');
    const value = readValue(state, depth + 1);
    if (!result.has(key)) result.set(key, value);
    else if (state.duplicates.length < maximumDuplicates) state.duplicates.push(key);
  } while (takeIf(state, ','));
  take(state, '}');
  return result;
}

function readArray(state: State, depth: number): HeaderJson[] {
  const result: HeaderJson[] = [];
  state.at++;
  if (takeIf(state, ']')) return result;
  do result.push(readValue(state, depth + 1));
  while (takeIf(state, ','));
  take(state, ']');
  return result;
}

function readString(state: State): string {
  if (state.text[state.at] !== '"') throw unexpected(state);
  let end = state.at + 1;
  // A loop and no regular expression: a hostile string of 100 MB would exhaust the expression's backtracking stack.
  while (end < state.text.length && state.text[end] !== '"') end += state.text[end] === '\\' ? 2 : 1;
  try {
    // The platform's parser decodes escapes and refuses control characters.
    const decoded = JSON.parse(state.text.slice(state.at, end + 1)) as string;
    state.at = end + 1;
    return decoded;
  } catch {
    throw unexpected(state);
  }
}

const numberPattern = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

function readNumber(state: State): JsonNumber {
  numberPattern.lastIndex = state.at;
  const match = numberPattern.exec(state.text);
  if (!match) throw unexpected(state);
  state.at += match[0].length;
  return new JsonNumber(match[0]);
}

function readWord<T>(state: State, word: string, value: T): T {
  if (!state.text.startsWith(word, state.at)) throw unexpected(state);
  state.at += word.length;
  return value;
}

function takeIf(state: State, character: string): boolean {
  skipSpace(state);
  if (state.text[state.at] !== character) return false;
  state.at++;
  return true;
}

function take(state: State, character: string): void {
  if (!takeIf(state, character)) throw unexpected(state);
}

function skipSpace(state: State): void {
  while (state.at < state.text.length && ' \t\n\r'.includes(state.text[state.at] ?? '')) state.at++;
}

function unexpected(state: State): HeaderJsonError {
  const found = state.text[state.at];
  return new HeaderJsonError(
    found === undefined
      ? 'it ends too early'
      : `unexpected ${JSON.stringify(found)} at character ${state.at}`,
  );
}
