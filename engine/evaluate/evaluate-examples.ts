import { InvarLockError } from '../core/errors.ts';
import type { TaskExample } from '../data/data-types.ts';
import { choiceRecord, type ExampleRecord, exactRecord } from '../metrics/example-record.ts';
import type { RuntimeSession } from '../runtime/runtime-port.ts';
import type { EvaluatedGraph, WindowLoss } from './evaluate-windows.ts';
import { runRows } from './run-rows.ts';
import type { ScoredRows } from './scored-rows.ts';

/** A window of labelled data. */
export interface ExampleInput {
  readonly id: number;
  readonly example: TaskExample;
}

/** The losses are those of the right answer. */
export interface ExampleLoss extends WindowLoss {
  readonly record: ExampleRecord;
}

/**
 * Evaluates labelled examples one after the other: one run per choice, or one of the right answer where the model must
 * write it. Only rows of an answer are scored, and per token one number or two leave the graph.
 *
 * @example const losses = await evaluateExamples(session, graph, examples, { lengthNormalized: false })
 */
export async function evaluateExamples(
  session: RuntimeSession,
  graph: EvaluatedGraph,
  examples: readonly ExampleInput[],
  options: { readonly lengthNormalized: boolean },
  onExample: (loss: ExampleLoss, index: number) => void = () => {},
): Promise<ExampleLoss[]> {
  const losses: ExampleLoss[] = [];
  for (const [index, { id, example }] of examples.entries()) {
    const loss = { id, ...(await evaluateExample(session, graph, example, options.lengthNormalized)) };
    losses.push(loss);
    onExample(loss, index);
  }
  return losses;
}

/** The most rows that an example scores at a time. */
export function answerLength({ example }: ExampleInput): number {
  return Math.max(...example.answers.map((ids) => ids.length));
}

async function evaluateExample(
  session: RuntimeSession,
  graph: EvaluatedGraph,
  example: TaskExample,
  isNormalized: boolean,
): Promise<Omit<ExampleLoss, 'id'>> {
  const { kind, digest, right, answers } = example;
  const outputs = kind === 'exact_match' ? (['token_nll', 'is_top1'] as const) : (['token_nll'] as const);
  let runMs = 0;
  let rssBytes = 0;
  let tokenLosses = new Float32Array();
  let isTop1 = new Float32Array();
  const sums: number[] = [];
  for (const [index, answer] of answers.entries()) {
    const run = await runRows(session, answerRows(graph, example, answer), outputs, graph.minimumRows);
    const [losses = new Float32Array(), top1 = new Float32Array()] = run.values;
    runMs += run.runMs;
    rssBytes = Math.max(rssBytes, run.rssBytes);
    sums.push(sumOf(losses));
    if (index === right) [tokenLosses, isTop1] = [losses.slice(), top1.slice()];
  }
  const targetCount = tokenLosses.length;
  const sum = sums[right] ?? Number.NaN;
  const isKnown = Number.isFinite(sum);
  const scores = sums.map((each, index) => scoreOf(each, isNormalized ? (answers[index]?.length ?? 1) : 1));
  return {
    loss: isKnown ? sum / targetCount : null,
    tokenLosses,
    targetCount,
    runMs,
    rssBytes,
    record:
      kind === 'multiple_choice'
        ? choiceRecord({ digest, answer: right, scores })
        : exactRecord({ digest, tokens: targetCount, matched: isKnown ? sumOf(isTop1) : null }),
  };
}

/**
 * What is fed for one answer. A causal model reads it behind the prompt, and each of its tokens is predicted from the row
 * before; a sequence-to-sequence model's decoder reads it shifted by its first token.
 */
function answerRows(
  graph: EvaluatedGraph,
  { promptIds }: TaskExample,
  answer: readonly number[],
): ScoredRows {
  const { contextLength, vocabSize, decoderStartId } = graph;
  const ids = graph.loss === 'causal' ? [...promptIds, ...answer] : promptIds;
  const first = graph.loss === 'causal' ? promptIds.length - 1 : 0;
  const longest = Math.max(ids.length, answer.length);
  if (longest > contextLength) {
    throw unusable(
      `has ${longest} tokens, but the model reads at most ${contextLength}. Lower dataset.seq_len.`,
    );
  }
  const foreign = [...promptIds, ...answer].find((id) => id >= vocabSize);
  if (foreign !== undefined) {
    throw unusable(
      `has the token id ${foreign}, but the model's vocabulary has ${vocabSize} entries. The tokenizer belongs to another model.`,
    );
  }
  const rows = { ids, positions: answer.map((_, at) => first + at), targets: answer };
  if (graph.loss !== 'seq2seq') return rows;
  if (decoderStartId === undefined)
    throw unusable("cannot be written: nothing names the decoder's first token.");
  return { ...rows, decoderIds: [decoderStartId, ...answer.slice(0, -1)] };
}

function unusable(why: string): InvarLockError {
  return new InvarLockError('R410', `A labelled example ${why}`);
}

/** Float64, in order, as the losses of windows. */
function sumOf(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** The score is higher where an answer is likelier; +0 rather than −0 for a certain one. */
function scoreOf(loss: number, tokens: number): number | null {
  return Number.isFinite(loss) ? 0 - loss / tokens : null;
}
