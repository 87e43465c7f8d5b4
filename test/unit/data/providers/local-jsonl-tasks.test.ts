import { expect, test } from 'vitest';
import { localJsonlTasks } from '../../../../engine/data/providers/local-jsonl-tasks.ts';
import { MemoryFiles } from '../../../fixtures/memory-files.ts';

async function read(lines: readonly unknown[], options: Record<string, string> = {}) {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  const files = new MemoryFiles({ '/q.jsonl': text });
  return localJsonlTasks(files, async (name) => name, { file: '/q.jsonl', ...options });
}

const choices = ['red', 'blue'];

test.each<[string, unknown, unknown]>([
  [
    'the number of the right choice',
    { prompt: 'p', choices, answer: 1 },
    { answers: choices, right: 1, kind: 'multiple_choice' },
  ],
  ['its text', { prompt: 'p', choices, answer: 'red' }, { answers: choices, right: 0 }],
  [
    'an exact answer',
    { prompt: 'p', answer: ' red ' },
    { answers: [' red '], right: 0, kind: 'exact_match' },
  ],
  ['no choices, written out', { prompt: 'p', choices: null, answer: 'red' }, { kind: 'exact_match' }],
])('%s', async (_, row, expected) => {
  const { value, findings } = await read([row]);
  expect(findings).toEqual([]);
  expect(value).toMatchObject([{ prompt: 'p', rowIndex: 0, ...(expected as object) }]);
});

const good = { prompt: 'p', answer: 'red' };

test.each<[string, unknown, RegExp]>([
  ['no prompt', { answer: 'red' }, /no string in the field "prompt"/],
  ['a blank prompt', { prompt: '  ', answer: 'red' }, /a blank text in the field "prompt"/],
  ['no answer', { prompt: 'p' }, /no string in the field "answer"/],
  ['an empty answer', { prompt: 'p', answer: '' }, /a blank text in the field "answer"/],
  ['a number that no choice has', { prompt: 'p', choices, answer: 2 }, /neither the number of a choice/],
  ['a fraction', { prompt: 'p', choices, answer: 0.5 }, /neither the number/],
  ['a text that is no choice', { prompt: 'p', choices, answer: 'green' }, /neither the number/],
  ['choices without an answer', { prompt: 'p', choices }, /neither the number/],
  ['one choice', { prompt: 'p', choices: ['red'], answer: 0 }, /two or more different texts/],
  ['the same choice twice', { prompt: 'p', choices: ['red', 'red'], answer: 0 }, /different texts/],
  ['a blank choice', { prompt: 'p', choices: ['red', ' '], answer: 0 }, /different texts/],
  ['a choice that is no text', { prompt: 'p', choices: ['red', 2], answer: 0 }, /different texts/],
  ['a list', ['p'], /not a JSON object/],
  ['no JSON', '{"prompt"', /not valid JSON/],
])('%s is left out, with its line', async (_, row, problem) => {
  const { value, findings } = await read([good, row]);
  expect(value).toHaveLength(1);
  expect(findings).toMatchObject([{ code: 'T311', severity: 'warning' }]);
  expect(findings[0]?.message).toMatch(/1 of 2 lines .* the first is line 2/);
  expect(findings[0]?.message).toMatch(problem);
});

test('fields may have other names', async () => {
  const row = { q: 'p', options: choices, label: 0 };
  const { value } = await read([row], { promptField: 'q', choicesField: 'options', answerField: 'label' });
  expect(value).toMatchObject([{ prompt: 'p', answers: choices, right: 0 }]);
});

test('data without one usable row is refused', async () => {
  const { value, findings } = await read([{ text: 'a text' }]);
  expect(value).toBeUndefined();
  expect(findings.map(({ code }) => code)).toEqual(['E307']);
});
