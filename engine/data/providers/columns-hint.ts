import { didYouMean } from '../../config/did-you-mean.ts';

/** Which columns there are, when a field is none of them; begins with a space. */
export function columnsHint(fields: readonly string[], columns: ReadonlySet<string>): string {
  if (columns.size === 0) return '';
  const missing = fields.filter((field) => !columns.has(field) && !columns.has(field.split('.')[0] ?? ''));
  if (missing.length === 0) return '';
  const nearest = missing.map((field) => didYouMean(field, columns)).find((name) => name !== undefined);
  const names = [...columns].slice(0, SHOWN).map((name) => `"${name}"`);
  const more = columns.size > SHOWN ? ', …' : '';
  return `${nearest === undefined ? '' : ` Did you mean "${nearest}"?`} The fields there are ${names.join(', ')}${more}.`;
}

const SHOWN = 12;
