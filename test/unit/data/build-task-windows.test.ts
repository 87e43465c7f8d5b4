import { expect, test } from 'vitest';
import { buildTaskWindows, type TaskWindowOptions } from '../../../engine/data/build-task-windows.ts';
import type { DataTask } from '../../../engine/data/providers/local-jsonl-tasks.ts';

const causal: TaskWindowOptions = { loss: 'causal', delimiter: ' ', answerEnd: '', lengthNormalized: false };
const request = { previewN: 1, finalN: 0, seqLen: 16, padId: 0 };

/** One token per letter; "ab" is one token, as in tokenizers that join letters. */
function letters(text: string): number[] {
  const parts = text.match(/ab|[\s\S]/gu) ?? [];
  return parts.map((part) => (part === 'ab' ? 1 : (part.codePointAt(0) ?? 0)));
}

const ids = (text: string): number[] => [...text].map((letter) => letter.codePointAt(0) ?? 0);

function task(more: Partial<DataTask>): DataTask {
  return { prompt: 'q', answers: ['x'], right: 0, kind: 'exact_match', rowIndex: 0, ...more };
}

function first(more: Partial<DataTask>, options: Partial<TaskWindowOptions> = {}, encode = letters) {
  return buildTaskWindows([task(more)], encode, request, { ...causal, ...options });
}

test('prompt and answer are one sequence, and the answer is what is scored', () => {
  const window = first({ answers: ['yes', 'no'], right: 1, kind: 'multiple_choice' }).value!.preview[0]!;
  expect(window.inputIds.slice(0, 4)).toEqual(ids('q no'));
  expect(window.attentionMask).toEqual([1, 1, 1, 1, ...new Array(12).fill(0)]);
  expect(window.labels?.slice(0, 5)).toEqual([-100, ...ids(' no'), -100]);
  expect(window.example).toMatchObject({
    promptIds: ids('q'),
    answers: [ids(' yes'), ids(' no')],
    right: 1,
    kind: 'multiple_choice',
  });
});

test.each<[string, Partial<DataTask>, Partial<TaskWindowOptions>, string, string]>([
  ['another delimiter', {}, { delimiter: ': ' }, 'q', ': x'],
  ['none', {}, { delimiter: '' }, 'q', 'x'],
  ['none where the prompt ends with white space', { prompt: 'q\n' }, {}, 'q', '\nx'],
  ['none where the answer begins with it', { answers: ['\tx'] }, {}, 'q', '\tx'],
  ['an end of exact answers', {}, { answerEnd: '\n' }, 'q', ' x\n'],
])('%s', (_, more, options, prompt, answer) => {
  const { example } = first(more, options).value!.preview[0]!;
  expect(example).toMatchObject({ promptIds: ids(prompt), answers: [ids(answer)] });
});

test('choices have no end', () => {
  const choices = { answers: ['x', 'y'], kind: 'multiple_choice' } as const;
  expect(first(choices, { answerEnd: '\n' }).value?.preview[0]?.example?.answers[0]).toEqual(ids(' x'));
});

test('all choices are scored after the tokens that they share with the prompt', () => {
  const more = { prompt: 'ca', answers: ['b', 'x'], kind: 'multiple_choice' } as const;
  const { example } = first(more, { delimiter: '' }).value!.preview[0]!;
  expect(example).toMatchObject({ promptIds: ids('c'), answers: [[1], ids('ax')] });
});

test('special tokens before a text stay, those behind it are taken off', () => {
  const framed = (text: string) => [998, ...letters(text), 999];
  const { example } = first({}, {}, framed).value!.preview[0]!;
  expect(example).toMatchObject({ promptIds: [998, ...ids('q')], answers: [ids(' x')] });
});

test('a sequence-to-sequence model reads the prompt and writes the answer with its end', () => {
  const ended = (text: string) => [...letters(text), 999];
  const window = first({ answers: ['no'] }, { loss: 'seq2seq' }, ended).value!.preview[0]!;
  expect(window.inputIds.slice(0, 3)).toEqual([...ids('q'), 999, 0]);
  expect(window.labels?.slice(0, 4)).toEqual([...ids('no'), 999, -100]);
  expect(window.example).toMatchObject({ promptIds: [...ids('q'), 999], answers: [[...ids('no'), 999]] });
});

test.each<[string, Partial<DataTask>, RegExp]>([
  ['too long', { prompt: 'q'.repeat(20) }, /it has 21 tokens, and seq_len is 16/],
  ['with no token of its own', { prompt: 'a', answers: ['b'] }, /the prompt has no token of its own/],
])('a row that is %s is left out, never cut', (_, more, problem) => {
  const rows = [task({ ...more, rowIndex: 0 }), task({ rowIndex: 1 })];
  const { value, findings } = buildTaskWindows(rows, letters, request, { ...causal, delimiter: '' });
  const kept = buildTaskWindows(rows, letters, request, causal);
  expect(value?.preview[0]?.rowIndex).toBe(1);
  expect(findings).toMatchObject([{ code: 'T311', severity: 'warning' }]);
  expect(findings[0]?.message).toMatch(problem);
  expect(kept.value?.preview).toHaveLength(1);
});

test('what a model has read before is not asked again', () => {
  const rows = [{}, { prompt: 'q' }, { prompt: 'r' }].map((more, rowIndex) => task({ ...more, rowIndex }));
  const { value, findings } = buildTaskWindows(rows, letters, { ...request, finalN: 1 }, causal);
  expect([value?.preview[0]?.rowIndex, value?.final[0]?.rowIndex]).toEqual([0, 2]);
  expect(findings[0]?.message).toMatch(/the first is row 2: the model reads the same in an earlier row/);
});

test('choices that a tokenizer makes alike cannot be told apart', () => {
  const deaf = (text: string) => letters(text.toLowerCase());
  const more = { answers: ['x', 'X'], kind: 'multiple_choice' } as const;
  const { value, findings } = first(more, {}, deaf);
  expect(value).toBeUndefined();
  expect(findings.map(({ code }) => code)).toEqual(['E304', 'T311']);
});

test('the digest is over prompt, choices and right answer', () => {
  const digest = (more: Partial<DataTask>) => first(more).value?.preview[0]?.example?.digest;
  const choices = { answers: ['x', 'y'], kind: 'multiple_choice' } as const;
  const all = [{}, choices, { ...choices, right: 1 }, { ...choices, answers: ['x', 'z'] }, { prompt: 'r' }];
  expect(new Set(all.map(digest)).size).toBe(all.length);
  expect(digest(choices)).toBe(digest({ ...choices, rowIndex: 7 }));
});
