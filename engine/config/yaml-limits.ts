/** Bounds on foreign input: nothing that anyone writes by hand comes near them. */
export const yamlLimits = {
  sizeBytes: 1024 * 1024,
  depth: 64,
  /** Open brackets in the text: beyond this the parser itself would take seconds, so it is not asked. */
  openBrackets: 1_000,
  /** Nodes after aliases are expanded, so that a "billion laughs" file stops early. */
  nodes: 100_000,
  aliases: 1_000,
} as const;
