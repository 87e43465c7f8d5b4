import { isObject } from '../core/json-access.ts';

/**
 * Measures of written answers, record by record (spec 02 §1.10). A record without a prediction or without anything to compare it
 * with does not count; of several references the best counts. NaN without a record.
 */
export function exactMatch(records: readonly unknown[]): number {
  return meanOf(
    scores(records, 'answer', 'answers', (prediction, answer) =>
      normal(prediction) === normal(answer) ? 1 : 0,
    ),
  );
}

/** Share of words that the reference has, too, with a penalty for answers that are shorter. */
export function bleu1(records: readonly unknown[]): number {
  return meanOf(
    scores(records, 'reference', 'references', (prediction, reference) => {
      const [given, wanted] = [words(prediction), words(reference)];
      if (given.length === 0 || wanted.length === 0) return 0;
      const counts = countsOf(wanted);
      let overlap = 0;
      for (const [word, count] of countsOf(given)) overlap += Math.min(count, counts.get(word) ?? 0);
      const penalty = given.length < wanted.length ? E ** (1 - wanted.length / given.length) : 1;
      return (overlap / given.length) * penalty;
    }),
  );
}

/** F1 of the longest common subsequence of words. */
export function rougeL(records: readonly unknown[]): number {
  return meanOf(
    scores(records, 'reference', 'references', (prediction, reference) => {
      const [given, wanted] = [words(prediction), words(reference)];
      const common = longestCommonSubsequence(given, wanted);
      if (common === 0) return 0;
      const [precision, recall] = [common / given.length, common / wanted.length];
      return (2 * precision * recall) / (precision + recall);
    }),
  );
}

/** Share of right labels: a flag `correct`, a label and a prediction, or lists of both. */
export function labelAccuracy(records: readonly unknown[]): number {
  return meanOf(records.filter(isObject).flatMap(labelHits));
}

// biome-ignore lint/suspicious/noApproximativeNumericConstant: the reference spells it so, and its scores depend on it.
const E = 2.718281828;

function scores(
  records: readonly unknown[],
  one: string,
  many: string,
  score: (prediction: string, reference: string) => number,
): number[] {
  return records.filter(isObject).flatMap((record) => {
    const { prediction } = record;
    const listed = record[many] ?? (Object.hasOwn(record, one) ? [record[one]] : undefined);
    if (prediction === undefined || prediction === null || listed === undefined) return [];
    const references = (Array.isArray(listed) ? listed : [listed]).filter((entry) => entry !== null);
    return [Math.max(0, ...references.map((entry) => score(String(prediction), String(entry))))];
  });
}

function labelHits(record: Readonly<Record<string, unknown>>): number[] {
  if (Object.hasOwn(record, 'correct')) return [record.correct ? 1 : 0];
  const label = record.label ?? record.labels;
  const prediction = record.prediction ?? record.pred ?? record.predictions;
  if (Array.isArray(label) && Array.isArray(prediction)) {
    return label
      .slice(0, prediction.length)
      .map((entry, index) => (isEqual(entry, prediction[index]) ? 1 : 0));
  }
  if (label === undefined || label === null || prediction === undefined || prediction === null) return [];
  return [isEqual(label, prediction) ? 1 : 0];
}

/** A boolean label is right only for a boolean. */
function isEqual(label: unknown, prediction: unknown): boolean {
  if (typeof label !== 'boolean' && typeof prediction === 'boolean') return label === Number(prediction);
  return label === prediction;
}

function normal(text: string): string {
  return words(text).join(' ');
}

function words(text: string): string[] {
  return text
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');
}

function countsOf(list: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of list) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function longestCommonSubsequence(a: readonly string[], b: readonly string[]): number {
  let previous = new Array<number>(b.length + 1).fill(0);
  for (const word of a) {
    const current = [0];
    for (const [index, other] of b.entries()) {
      const best = Math.max(previous[index + 1] ?? 0, current[index] ?? 0);
      current.push(word === other ? (previous[index] ?? 0) + 1 : best);
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
