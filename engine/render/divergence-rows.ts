import { intervalAt, numberAt, objectAt, textAt } from '../core/json-access.ts';
import type { FactRow } from './certificate-view.ts';

/** How far the subject's predictions moved from the baseline's; no rows when nobody asked. */
export function divergenceRows(certificate: unknown): readonly FactRow[] {
  const block = objectAt(certificate, 'metrics', 'divergence');
  if (!block) return [];
  if (block.evaluated !== true)
    return [
      { label: 'Divergence', value: `not evaluated: ${textAt(block, 'reason') ?? 'no reason recorded'}` },
    ];
  const row = (label: string, format: (value: number) => string, ...keys: readonly string[]): FactRow[] => {
    const text = estimateText(objectAt(block, ...keys), format);
    return text === undefined ? [] : [{ label, value: text }];
  };
  return [
    { label: 'Compared', value: comparedText(block) },
    ...row('KL divergence, mean', nats, 'kl', 'mean'),
    ...row('KL divergence, median', nats, 'kl', 'median'),
    ...row('KL divergence, 90 %', nats, 'kl', 'q90'),
    ...row('KL divergence, 99 %', nats, 'kl', 'q99'),
    ...row('KL divergence, 99.9 %', nats, 'kl', 'q999'),
    ...row('KL divergence, largest', nats, 'kl', 'max'),
    ...row('Same first choice', percent, 'top1_agreement'),
    ...row('Δp of the target, mean', points, 'delta_p', 'mean'),
    ...row('Δp of the target, RMS', percent, 'delta_p', 'rms'),
    ...row('Flipped tokens', percent, 'flips', 'share'),
    ...row('Improved tokens', percent, 'flips', 'improved_share'),
    ...row('Regressed tokens', percent, 'flips', 'regressed_share'),
    ...mcnemarRow(block),
  ];
}

/** The same in one line, for a terminal; null when nobody asked. */
export function divergenceLine(rows: readonly FactRow[]): string | null {
  const [first] = rows;
  if (!first) return null;
  const value = (label: string) => rows.find((row) => row.label === label)?.value;
  const parts = [
    ['KL mean', value('KL divergence, mean')],
    ['99 %', value('KL divergence, 99 %')?.replace(/ \(.*/u, '')],
    ['same first choice', value('Same first choice')],
  ].flatMap(([label, text]) => (text === undefined ? [] : [`${label} ${text}`]));
  return parts.length === 0 ? first.value : parts.join(', ');
}

function comparedText(block: unknown): string {
  const tokens = numberAt(block, 'tokens') ?? 0;
  const windows = numberAt(block, 'windows') ?? 0;
  const text = `${tokens} tokens in ${windows} final windows`;
  const [compared, baseline, subject] = ['compared', 'baseline', 'subject'].map((key) =>
    numberAt(block, 'vocabulary', key),
  );
  return baseline === subject
    ? text
    : `${text}; of the vocabularies (${baseline} and ${subject} entries) the ${compared} that both have`;
}

function mcnemarRow(block: unknown): FactRow[] {
  const [improved, regressed, probability] = ['improved', 'regressed', 'p_value'].map((key) =>
    numberAt(block, 'flips', key),
  );
  if (probability === undefined) return [];
  const value = `${improved} improved, ${regressed} regressed, p = ${probability.toPrecision(3)} (McNemar, exact)`;
  return [{ label: 'Improved against regressed', value }];
}

function estimateText(estimate: unknown, format: (value: number) => string): string | undefined {
  const value = numberAt(estimate, 'value');
  if (value === undefined) return undefined;
  const interval = intervalAt(estimate, 'ci');
  return interval ? `${format(value)} (${interval.map(format).join(' to ')})` : format(value);
}

/** Four digits, of small values as a power of ten. */
function nats(value: number): string {
  return Math.abs(value) >= 1e-4 || value === 0 ? value.toFixed(6) : value.toExponential(2);
}

function percent(value: number): string {
  return `${(100 * value).toFixed(3)} %`;
}

function points(value: number): string {
  return `${value >= 0 ? '+' : ''}${(100 * value).toFixed(3)} %`;
}
