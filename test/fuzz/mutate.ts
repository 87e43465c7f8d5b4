/** A number below `bound`; the same seed gives the same numbers everywhere. */
export type Choose = (bound: number) => number;

export function seededChoice(seed: number): Choose {
  let state = seed >>> 0;
  return (bound) => {
    // mulberry32: 32 bits of state are enough to choose edits.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}

/** One edit of a text, by offsets. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What people and accidents put into YAML and JSON. */
const pieces = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    ': ',
    '- ',
    '-',
    '? ',
    '|',
    '>',
    '"',
    "'",
    '#',
    ' # ',
    '\\',
    '&a ',
    '*a',
    '<<: *a',
  ],
  ...[
    '\n',
    '\r\n',
    '\r',
    '\n\n',
    '  ',
    '\t',
    '\n  ',
    '\n    ',
    '\n- ',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '\uFEFF',
  ],
  ...[
    '!include ',
    '!include x.yaml',
    '!!str ',
    '!x ',
    '~',
    'null',
    'yes',
    '0777',
    '1e5',
    '.nan',
    '-.inf',
    '1_000',
  ],
  ...[
    'certify:',
    'dataset:',
    'guards:',
    'defaults:',
    'seq_len: 8',
    'stride: 4',
    'preview_n: 64',
    'profile: ci',
  ],
  ...[
    'sed',
    '__proto__',
    'constructor',
    'toString: 1',
    '_x: &b {c: *b}',
    '# invarlock-disable-line C110 C118',
  ],
  ...[
    '# yaml-language-server: $schema=x\n',
    '\u0000',
    '\uD83E',
    '\u2028',
    'ä',
    '€',
    '𝕏',
    '"\\uD800"',
    '9'.repeat(400),
  ],
];

/** A random edit: insert, delete, replace, repeat or move a part, or cut the text off. */
export function randomEdit(text: string, choose: Choose): Edit {
  const start = choose(text.length + 1);
  const end = Math.min(text.length, start + choose(choose(4) === 0 ? 200 : 6));
  const piece = pieces[choose(pieces.length)] ?? '';
  switch (choose(8)) {
    case 0:
      return { start, end, text: '' };
    case 1:
      return { start, end, text: piece };
    case 2:
      return { start, end: start, text: text.slice(choose(text.length + 1)).slice(0, choose(120)) };
    case 3:
      return { start, end: start, text: text.slice(start, end) };
    case 4:
      return choose(10) === 0 ? { start, end: text.length, text: '' } : { start, end: start, text: piece };
    default:
      return { start, end: start, text: piece };
  }
}
