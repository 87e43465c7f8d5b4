import type { Checked } from '../../core/findings.ts';
import { isObject } from '../../core/json-access.ts';
import type { FileReader } from '../../core/ports.ts';
import { type LocalOptions, type LocalRow, readLocalRows } from './read-local-rows.ts';
import { textOfRow } from './rows.ts';

export interface LocalJsonlTasksOptions extends LocalOptions {
  /** Field that holds what the model reads; default `prompt`. */
  readonly promptField?: string;
  /** Field that holds the texts to choose from; default `choices`. */
  readonly choicesField?: string;
  /** Field that holds the right answer; default `answer`. */
  readonly answerField?: string;
}

/** A labelled row: a prompt and its right answer, among others where there are choices. */
export interface DataTask {
  readonly prompt: string;
  /** All choices in their order; of exact match the right answer alone. */
  readonly answers: readonly string[];
  /** Which of the answers is right. */
  readonly right: number;
  readonly kind: TaskKind;
  readonly rowIndex: number;
}

type TaskKind = 'multiple_choice' | 'exact_match';

/**
 * Labelled rows of local files, for accuracy: `{"prompt", "choices", "answer"}` is multiple choice, its answer the
 * number (from 0) or the text of the right choice; `{"prompt", "answer"}` is exact match. Fails as `readLocalRows` does, and with
 * E307 when no row is such a row.
 */
export async function localJsonlTasks(
  files: FileReader,
  resolvePath: (name: string) => Promise<string>,
  options: LocalJsonlTasksOptions,
): Promise<Checked<readonly DataTask[]>> {
  const fields = {
    prompt: options.promptField || 'prompt',
    choices: options.choicesField || 'choices',
    answer: options.answerField || 'answer',
  };
  return readLocalRows(files, resolvePath, options, {
    fields: [fields.prompt, fields.answer, fields.choices],
    rowOf: (row, rowIndex) => taskOfRow(row, rowIndex, fields),
    empty: (names, unit) => ({
      code: 'E307',
      severity: 'error',
      message: `No ${unit} of ${names} has a text in the field "${fields.prompt}" and its right answer in the field "${fields.answer}".`,
      ...(options.promptField ? { pointer: '/dataset/prompt_field' } : {}),
    }),
  });
}

interface Fields {
  readonly prompt: string;
  readonly choices: string;
  readonly answer: string;
}

function taskOfRow(row: unknown, rowIndex: number, fields: Fields): LocalRow<DataTask> {
  const prompt = textOfRow(row, fields.prompt);
  if (prompt.problem !== undefined) return { problem: prompt.problem };
  const choices = isObject(row) ? row[fields.choices] : undefined;
  if (choices === undefined || choices === null) {
    const answer = textOfRow(row, fields.answer);
    if (answer.problem !== undefined) return { problem: answer.problem };
    const task = { prompt: prompt.text, answers: [answer.text], right: 0, rowIndex };
    return { value: { ...task, kind: 'exact_match' } };
  }
  if (!isChoices(choices)) {
    return { problem: `no list of two or more different texts in the field "${fields.choices}"` };
  }
  const right = rightOf(choices, isObject(row) ? row[fields.answer] : undefined);
  if (right === undefined) {
    return {
      problem: `the field "${fields.answer}" is neither the number of a choice, counted from 0, nor its text`,
    };
  }
  return { value: { prompt: prompt.text, answers: choices, right, kind: 'multiple_choice', rowIndex } };
}

/** Two or more, none blank, none twice: the right one could not be told from its double. */
function isChoices(choices: unknown): choices is readonly string[] {
  return (
    Array.isArray(choices) &&
    choices.length >= 2 &&
    choices.every((choice) => typeof choice === 'string' && choice.trim() !== '') &&
    new Set(choices).size === choices.length
  );
}

function rightOf(choices: readonly string[], answer: unknown): number | undefined {
  const index = typeof answer === 'string' ? choices.indexOf(answer) : answer;
  const isPlace = typeof index === 'number' && Number.isInteger(index);
  return isPlace && 0 <= index && index < choices.length ? index : undefined;
}
