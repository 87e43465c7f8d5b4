/** The largest id in a parsed tokenizer.json: its vocabulary and the tokens added to it; undefined for other shapes. */
export function largestTokenId(tokenizer: Readonly<Record<string, unknown>>): number | undefined {
  let largest: number | undefined;
  const see = (id: unknown) => {
    if (typeof id === 'number' && Number.isInteger(id) && (largest === undefined || id > largest))
      largest = id;
  };
  const vocabulary = isObject(tokenizer.model) ? tokenizer.model.vocab : undefined;
  if (Array.isArray(vocabulary)) see(vocabulary.length - 1);
  else if (isObject(vocabulary)) for (const id of Object.values(vocabulary)) see(id);
  else return undefined;
  if (Array.isArray(tokenizer.added_tokens))
    for (const added of tokenizer.added_tokens) if (isObject(added)) see(added.id);
  return largest;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
