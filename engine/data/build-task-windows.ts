import { createHash } from 'node:crypto';
import type { Checked, Finding } from '../core/findings.ts';
import { attendedKey } from './build-windows.ts';
import type { EvaluationWindow, TaskExample, WindowSchedule } from './data-types.ts';
import { ignoredLabel } from './mask-tokens.ts';
import type { DataTask } from './providers/local-jsonl-tasks.ts';
import { type EncodeText, padded, takeWindows, type WindowRequest } from './take-windows.ts';
import { fill } from './text-windows.ts';

export interface TaskWindowOptions {
  readonly loss: 'causal' | 'seq2seq';
  /** Between prompt and answer, where neither has white space there. */
  readonly delimiter: string;
  /** What must follow an exact answer; may be empty. Sequence-to-sequence answers end with the tokenizer's own end. */
  readonly answerEnd: string;
  readonly lengthNormalized: boolean;
}

/**
 * Windows of labelled rows, one example each: its tokens are the prompt and the right answer, its labels the answer alone.
 * A causal model reads both in one sequence, a sequence-to-sequence model reads the prompt and writes the answer. Rows that
 * do not fit into a window, or in which a model reads what it has read before, are left out and reported; nothing is cut.
 * E303 and E304 as `takeWindows` has them.
 */
export function buildTaskWindows(
  tasks: readonly DataTask[],
  encode: EncodeText,
  request: WindowRequest,
  options: TaskWindowOptions,
): Checked<WindowSchedule> {
  const { seqLen } = request;
  const seen = new Set<string>();
  const left: { rowIndex: number; problem: string }[] = [];
  const exampleOf = options.loss === 'causal' ? causalExample(encode, options) : pairExample(encode);
  const windows = takeWindows(tasks, request, {
    noun: 'labelled rows',
    need: `a prompt and answers that fit into ${seqLen} tokens`,
    windowOf: (task) => {
      const example = exampleOf(task);
      const problem = typeof example === 'string' ? example : lengthProblem(example, seqLen, options.loss);
      if (typeof example === 'string' || problem !== undefined) {
        left.push({ rowIndex: task.rowIndex, problem: problem ?? '' });
        return undefined;
      }
      const content = contentOf(example, request, options.loss);
      const key = attendedKey(content);
      if (seen.has(key)) {
        left.push({ rowIndex: task.rowIndex, problem: 'the model reads the same in an earlier row' });
        return undefined;
      }
      seen.add(key);
      return { ...content, example };
    },
  });
  const findings = [...windows.findings, ...leftOut(left)];
  if (!windows.value) return { value: undefined, findings };
  const { previewN, finalN } = request;
  const value: WindowSchedule = {
    preview: windows.value.slice(0, previewN),
    final: windows.value.slice(previewN, previewN + finalN),
    tasks: { lengthNormalized: options.lengthNormalized },
  };
  return { value, findings };
}

type Content = Pick<EvaluationWindow, 'inputIds' | 'attentionMask'> & { readonly labels: readonly number[] };

/** Prompt and right answer as a window; the answer alone is labelled. */
function contentOf(
  { promptIds, answers, right }: TaskExample,
  { seqLen, padId }: WindowRequest,
  loss: TaskWindowOptions['loss'],
): Content {
  const answer = answers[right] ?? [];
  const read = loss === 'causal' ? [...promptIds, ...answer] : promptIds;
  const labels = loss === 'causal' ? [...promptIds.map(() => ignoredLabel), ...answer] : answer;
  return { ...padded(read, seqLen, padId), labels: fill(labels, seqLen, ignoredLabel) };
}

type ExampleOf = (task: DataTask) => TaskExample | string;

/**
 * Prompt and answer are tokenized as one text, because tokens may join across their border. The prompt is what the tokens
 * of the prompt alone share with those of every choice, so that all choices are scored after the same tokens.
 */
function causalExample(encode: EncodeText, { delimiter, answerEnd }: TaskWindowOptions): ExampleOf {
  const frameEnd = endOfFrame(encode);
  const idsOf = (text: string): readonly number[] => {
    const ids = encode(text, Number.POSITIVE_INFINITY);
    return ids.slice(0, ids.length - frameEnd);
  };
  return (task) => {
    const context = idsOf(task.prompt.trimEnd());
    const wholes = task.answers.map((answer) => {
      const isApart = /\s$/u.test(task.prompt) || /^\s/u.test(answer);
      const end = task.kind === 'exact_match' ? answerEnd : '';
      return idsOf(`${task.prompt}${isApart ? '' : delimiter}${answer}${end}`);
    });
    const shared = Math.min(...wholes.map((whole) => commonStart(context, whole)));
    if (shared === 0) return 'the prompt has no token of its own';
    return example(
      task,
      context.slice(0, shared),
      wholes.map((whole) => whole.slice(shared)),
    );
  };
}

/** The answer has the special tokens that the tokenizer gives it, such as its end. */
function pairExample(encode: EncodeText): ExampleOf {
  const idsOf = (text: string): readonly number[] => encode(text, Number.POSITIVE_INFINITY);
  return (task) => example(task, idsOf(task.prompt), task.answers.map(idsOf));
}

function example(
  { kind, right }: DataTask,
  promptIds: readonly number[],
  answers: readonly (readonly number[])[],
): TaskExample | string {
  if (promptIds.length === 0 || answers.some((ids) => ids.length === 0))
    return 'the prompt or an answer has no token';
  if (new Set(answers.map(String)).size < answers.length) return 'two choices have the same tokens';
  const digest = createHash('sha256')
    .update(JSON.stringify([kind, promptIds, answers, right]))
    .digest('hex');
  return { kind, promptIds, answers, right, digest };
}

function lengthProblem(
  { promptIds, answers }: TaskExample,
  seqLen: number,
  loss: TaskWindowOptions['loss'],
): string | undefined {
  const longest = Math.max(...answers.map((ids) => ids.length));
  const length = loss === 'causal' ? promptIds.length + longest : Math.max(promptIds.length, longest);
  return length <= seqLen ? undefined : `it has ${length} tokens, and seq_len is ${seqLen}`;
}

/** How many special tokens the tokenizer puts behind a text: those end an empty text, too. */
function endOfFrame(encode: EncodeText): number {
  const [frame, text] = ['', 'a'].map((each) => [...encode(each, Number.POSITIVE_INFINITY)].reverse());
  return commonStart(frame ?? [], text ?? []);
}

function commonStart(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((id, at) => id !== b[at]);
  return differs < 0 ? a.length : differs;
}

/** Places are those of rows, which stand one to a line. */
function leftOut(rows: readonly { readonly rowIndex: number; readonly problem: string }[]): Finding[] {
  const [first] = rows;
  if (!first) return [];
  const message = `${rows.length} labelled rows were left out; the first is row ${first.rowIndex + 1}: ${first.problem}.`;
  return [{ code: 'T311', severity: 'warning', message, pointer: '/dataset/seq_len' }];
}
