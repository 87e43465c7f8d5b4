/** The JSON pointer (RFC 6901) of a path of keys and indices. */
export function jsonPointer(path: readonly (string | number)[]): string {
  return path.map((step) => appendPointer('', step)).join('');
}

export function appendPointer(pointer: string, step: string | number): string {
  return `${pointer}/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The keys of a pointer: `/dataset/seq_len` gives `['dataset', 'seq_len']`. */
export function pointerSteps(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** How a pointer is written in a sentence: `/guards/order/0` gives `guards.order[0]`. */
export function pointerInWords(pointer: string): string {
  let words = '';
  for (const step of pointerSteps(pointer)) {
    if (/^\d+$/.test(step)) words += `[${step}]`;
    else words += words === '' ? step : `.${step}`;
  }
  return words;
}
