/** Says that a tokenizer would give other ids here than where it was made. Only `loadTokenizer` sees it. */
export class UnsupportedTokenizer extends Error {}

/** `reason` continues the sentence "tokenizer.json cannot be used". */
export function refuseTokenizer(reason: string): never {
  throw new UnsupportedTokenizer(reason);
}
