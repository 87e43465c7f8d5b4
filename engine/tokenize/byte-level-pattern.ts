/**
 * How byte-level tokenizers split a text (GPT-2): a word takes the space before it. White space is what Unicode calls so:
 * JavaScript's `\s` has the byte order mark too, and lacks the next line.
 */
export const byteLevelPattern =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;
