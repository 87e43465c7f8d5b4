import type { CodeFacts } from './index.ts';

/** Configuration files: reading, validating, and what the values mean together. */
export const configCodes = {
  C101: { token: 'YAML-SYNTAX', title: 'The file is not valid YAML' },
  C102: { token: 'DUPLICATE-KEY', title: 'A key stands twice in one mapping' },
  C103: { token: 'YAML-LIMIT', title: 'The file is too large, too deep, or expands too many aliases' },
  C104: { token: 'YAML-TAG', title: 'A tag has no meaning here' },
  C105: { token: 'NOT-A-MAPPING', title: 'The file does not hold a mapping' },
  C106: { token: 'AMBIGUOUS-SCALAR', title: 'Other YAML readers understand this value differently' },
  C107: { token: 'CONFIG-FILE-MISSING', title: 'The configuration file cannot be read' },
  C110: { token: 'UNKNOWN-KEY', title: 'The key does not exist' },
  C111: { token: 'WRONG-TYPE', title: 'The value has the wrong type' },
  C112: { token: 'UNKNOWN-VALUE', title: 'The value is not one of those allowed' },
  C113: { token: 'OUT-OF-RANGE', title: 'The number is outside the allowed range' },
  C114: { token: 'REJECTED-KEY', title: 'The key is refused' },
  C115: { token: 'DEPRECATED-KEY', title: 'The key is accepted, but should be replaced or removed' },
  C116: { token: 'MISSING-KEY', title: 'A key that is needed is missing' },
  C117: { token: 'INVALID-VALUE', title: 'The value has the right type, but not an allowed form' },
  C118: { token: 'UNLIKELY-VALUE', title: 'The value looks like a misspelt name' },
  C119: { token: 'OPTION-NOT-FOR-PROVIDER', title: 'The dataset provider does not know this option' },
  C120: { token: 'INCLUDE-MISSING', title: 'The included file cannot be read' },
  C121: { token: 'INCLUDE-OUTSIDE', title: "The included file lies outside the configuration's folder" },
  C122: { token: 'INCLUDE-CYCLE', title: 'Files include each other in a circle' },
  C131: { token: 'COUNTS-DIFFER', title: 'preview_n and final_n must be equal' },
  C132: { token: 'COUNT-RAISED', title: 'The profile or the tier raises this number' },
  C133: {
    token: 'REPLICATES-DISABLED',
    title: 'Intervals are switched off, so the metric rests on its point alone',
  },
  C191: { token: 'USELESS-SUPPRESSION', title: 'A comment suppresses what cannot be suppressed' },
} as const satisfies Record<string, CodeFacts>;
