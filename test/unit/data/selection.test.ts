import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pythonStrip } from '../../../engine/core/python-strip.ts';
import { buildStratifiedWindows } from '../../../engine/data/build-stratified-windows.ts';
import { corpusCapacity } from '../../../engine/data/capacity.ts';
import { planReleaseWindows } from '../../../engine/data/plan-windows.ts';
import { stratify } from '../../../engine/data/stratify.ts';
import { textDifficulties } from '../../../engine/data/text-difficulty.ts';
import { usableTexts } from '../../../engine/data/usable-texts.ts';

const words = [
  'river',
  'window',
  'letter',
  'garden',
  'stone',
  'paper',
  'engine',
  'winter',
  'copper',
  'tunnel',
];
const sentence = (at: number) =>
  Array.from({ length: 6 }, (_, place) => words[(at * (place + 3) + place * 7) % words.length]).join(' ') +
  ` ${at}`;
const rows = Array.from({ length: 120 }, (_, at) => sentence(at));
const encode = (text: string, limit: number) => [...new TextEncoder().encode(text)].slice(0, limit);

test('the arms are apart, as large as asked for, and about as hard as each other', () => {
  const difficulty = fc.double({ min: 0, max: 6, noNaN: true });
  fc.assert(
    fc.property(fc.array(difficulty, { minLength: 8, maxLength: 60 }), (difficulties) => {
      const candidates = difficulties.map((value, index) => ({ index, difficulty: value }));
      const perArm = Math.floor(candidates.length / 2);
      const arms = stratify(candidates, perArm, perArm);
      const chosen = [...(arms?.preview ?? []), ...(arms?.final ?? [])].map(({ index }) => index);
      expect(arms?.preview).toHaveLength(perArm);
      expect(new Set(chosen).size).toBe(2 * perArm);
      const spread = Math.max(...difficulties) - Math.min(...difficulties);
      const mean = (part: readonly { difficulty: number }[] = []) =>
        part.reduce((sum, item) => sum + item.difficulty, 0) / part.length;
      expect(Math.abs(mean(arms?.preview) - mean(arms?.final))).toBeLessThanOrEqual(spread / 2 + 1e-9);
    }),
  );
});

test('more windows than candidates cannot be selected', () => {
  expect(stratify([{ index: 0, difficulty: 1 }], 1, 1)).toBeUndefined();
});

test('a text that repeats what the others say is easier than one that does not', () => {
  const { difficulties, tokensProcessed } = textDifficulties(['abcabcabc', 'abcabcabc', 'qwertyuio', '']);
  expect(difficulties[0]).toBeLessThan(difficulties[2] ?? 0);
  expect([difficulties[0], difficulties[3]]).toEqual([difficulties[1], 0]);
  expect(tokensProcessed).toBe(27);
});

test('headings, fragments and rows without a letter are no texts; the places of the others are true', () => {
  const long = 'a text that is long enough to count';
  const found = usableTexts([' = Heading = ', long, 7, '12345678901234567890 1234', `  ${long}\n`]);
  expect(found).toEqual([
    { text: long, rowIndex: 1 },
    { text: long, rowIndex: 4 },
  ]);
  expect(usableTexts([long, long], { dedupe: true })).toHaveLength(1);
});

test('white space is what Python strips', () => {
  expect(pythonStrip('\u2003\u001c x\u00a0\n')).toBe('x');
  expect(pythonStrip('\ufeffx')).toBe('\ufeffx');
});

test('the same seed selects the same windows, another one others', () => {
  const windows = (seed: number) => {
    const request = { previewN: 10, finalN: 10, seqLen: 64, padId: 0, seed };
    return buildStratifiedWindows(rows, encode, request).value;
  };
  expect(windows(42)).toEqual(windows(42));
  expect(windows(42)?.preview.map(({ rowIndex }) => rowIndex)).not.toEqual(
    windows(43)?.preview.map(({ rowIndex }) => rowIndex),
  );
  expect(windows(42)?.stratification).toMatchObject({ pool_size: 20 });
  expect(windows(42)?.scorerProfile).toMatchObject({ mode: 'byte_ngram', order: 4 });
});

test('a corpus that is too small has a code', () => {
  const request = { previewN: 100, finalN: 100, seqLen: 16, padId: 0, seed: 42 };
  const { value, findings } = buildStratifiedWindows(rows, encode, request);
  expect([value, findings.map(({ code }) => code)]).toEqual([undefined, ['E303']]);
});

test('a release keeps data back, divides the rest and says what it planned', () => {
  const texts = usableTexts(rows.flatMap((row) => Array.from({ length: 8 }, (_, at) => `${row} and ${at}`)));
  const capacity = corpusCapacity(texts, encode, { seqLen: 64, stride: 64, targetTotal: 800 });
  const { value } = planReleaseWindows(capacity, { preview: 400, final: 400 }, 320);
  const { calibration = 0, buffer_windows: buffer = 0, effective_unique: unique = 0 } = value?.capacity ?? {};
  expect(calibration).toBe(24);
  expect(buffer).toBe(Math.ceil(0.12 * unique));
  expect(value?.actual_preview).toBe(Math.min(400, Math.floor((unique - calibration - buffer) / 2)));
  const refused = planReleaseWindows(
    { ...capacity, available_unique: 300, candidate_unique: 300 },
    { preview: 400, final: 400 },
    0,
  );
  expect(refused.findings[0]).toMatchObject({ code: 'E303', severity: 'error' });
});
