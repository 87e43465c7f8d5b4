/** The checks in the order in which they run, for the report outside the extension host, which cannot load them. */
export const checkNames = [
  "somebody else's YAML starts no server",
  'a misspelt key is an error with a code, at the key',
  'the quick fix renames the key and the error goes',
  'the task provider offers certify for the configuration and doctor',
  'a task of tasks.json is resolved and runs',
  'a certify task ends with 0 and its certificate opens in the panel',
  'a certify task whose input is missing ends with 2',
  'what the doctor measured stands on the line that causes it, and goes when the line changes',
  'a tampered certificate has its finding in the text',
] as const;

export type CheckName = (typeof checkNames)[number];
