import type { ExampleOptions } from '../data/build-example-windows.ts';
import type { TaskWindowOptions } from '../data/build-task-windows.ts';
import type { LocalJsonlOptions } from '../data/providers/local-jsonl.ts';
import type { LocalJsonlPairsOptions } from '../data/providers/local-jsonl-pairs.ts';
import type { LocalJsonlTasksOptions } from '../data/providers/local-jsonl-tasks.ts';
import type { LocalOptions } from '../data/providers/read-local-rows.ts';
import { defaultExampleTokens } from '../data/providers/synthetic-examples.ts';

/** Options under their names in the file; their kinds were checked when it was read. */
type Options = Readonly<Record<string, unknown>>;

/** Of `seq2seq`. */
export function exampleOptions(options: Options, seed: number): ExampleOptions {
  const number = (key: string, byDefault: number) => {
    const value = options[key];
    return typeof value === 'number' ? value : byDefault;
  };
  return {
    seed,
    sourceLength: number('src_len', 6),
    targetLength: number('tgt_len', 7),
    padId: number('pad_id', defaultExampleTokens.padId),
    bosId: number('bos_id', defaultExampleTokens.bosId),
    eosId: number('eos_id', defaultExampleTokens.eosId),
  };
}

/** Of `local_jsonl`. */
export function textOptions(options: Options): LocalJsonlOptions {
  const { text_field } = options;
  return { ...jsonlOptions(options), ...(typeof text_field === 'string' ? { textField: text_field } : {}) };
}

/** Of `local_jsonl_pairs`. */
export function pairOptions(options: Options): LocalJsonlPairsOptions {
  const { src_field, tgt_field } = options;
  return {
    ...jsonlOptions(options),
    ...(typeof src_field === 'string' ? { sourceField: src_field } : {}),
    ...(typeof tgt_field === 'string' ? { targetField: tgt_field } : {}),
  };
}

/** Of `local_jsonl_tasks`. */
export function taskOptions(options: Options): LocalJsonlTasksOptions & TaskTexts {
  const text = (key: string) => {
    const value = options[key];
    return typeof value === 'string' ? value : undefined;
  };
  const { promptField, choicesField, answerField } = {
    promptField: text('prompt_field'),
    choicesField: text('choices_field'),
    answerField: text('answer_field'),
  };
  return {
    ...jsonlOptions(options),
    ...(promptField === undefined ? {} : { promptField }),
    ...(choicesField === undefined ? {} : { choicesField }),
    ...(answerField === undefined ? {} : { answerField }),
    delimiter: text('answer_delimiter') ?? ' ',
    answerEnd: text('answer_end') ?? '',
    lengthNormalized: options.length_normalized === true,
  };
}

type TaskTexts = Omit<TaskWindowOptions, 'loss'>;

function jsonlOptions({ file, path, data_files, max_samples }: Options): LocalOptions {
  return {
    ...(typeof file === 'string' ? { file } : {}),
    ...(typeof path === 'string' ? { path } : {}),
    ...(typeof data_files === 'string' || Array.isArray(data_files)
      ? { dataFiles: data_files as string | string[] }
      : {}),
    ...(typeof max_samples === 'number' ? { maxSamples: max_samples } : {}),
  };
}
