import { columnsHint } from '../../data/providers/columns-hint.ts';
import { findDataFiles } from '../../data/providers/find-data-files.ts';
import { leastWindows } from '../rules/window-budget.ts';
import type { FileRuleView } from './check-file-rules.ts';
import { countLines } from './count-lines.ts';
import { firstLook } from './first-look.ts';
import { pathAt } from './path-at.ts';

/**
 * The data files exist, are in a format that is read, have the columns that are asked for where they name theirs, and have at
 * least as many lines as windows are needed (spec 01 §2.1, spec 02 §1.8).
 */
export async function dataFits(view: FileRuleView): Promise<void> {
  const provider = view.text('/dataset/provider') ?? view.text('/dataset/provider/kind');
  if (!provider?.startsWith('local_jsonl')) return;
  const at = (key: string) =>
    [`/dataset/provider/${key}`, `/dataset/${key}`].find((pointer) => view.has(pointer));
  const pointer = at('file') ?? at('path') ?? at('data_files');
  if (pointer === undefined || view.isUnknown(pointer)) return;

  const file = pathOf(view, at('file'));
  const folder = pathOf(view, at('path'));
  const dataFiles = pathsOf(view, at('data_files'));
  const found = await findDataFiles(view.files, async (name) => name, {
    ...(file !== undefined && { file }),
    ...(folder !== undefined && { path: folder }),
    ...(dataFiles.length > 0 && { dataFiles }),
  });
  if (!found.value) {
    for (const { message } of found.findings) view.report(pointer, 'value', 'T310', 'error', message);
    return;
  }
  const look = await firstLook(view.files, found.value);
  if (look.problem) {
    view.report(pointer, 'value', look.problem.code, 'error', look.problem.message);
    return;
  }
  fieldsExist(view, provider, look, at);
  const { count: needed, why } = leastWindows(view);
  // Nobody knows how many rows are in a packed file until it is unpacked.
  if (needed === 0 || !look.areLines) return;
  const lines = await countLines(view.files, found.value, needed + look.headers);
  if (lines === undefined || lines >= needed + look.headers) return;
  const rows = Math.max(0, lines - look.headers);
  if (rows === 0) {
    const code = provider === 'local_jsonl' ? 'E306' : 'E307';
    view.report(
      pointer,
      'value',
      code,
      'error',
      `${found.value.join(', ')} has no rows. Give texts, one in each line.`,
    );
    return;
  }
  const counts = view.has('/dataset/preview_n') ? '/dataset/preview_n' : pointer;
  const message = `The data has ${rows} lines, but ${needed} windows are needed${why} and every window is one line. Lower dataset.preview_n and dataset.final_n, or give more data.`;
  view.report(counts, 'value', 'E303', 'error', message, { expected: needed, actual: rows });
}

/** The fields of each provider that every usable row has, with what they are by default. */
const fieldsOfProvider: Readonly<Record<string, readonly (readonly [key: string, byDefault: string])[]>> = {
  local_jsonl: [['text_field', 'text']],
  local_jsonl_pairs: [
    ['src_field', 'source'],
    ['tgt_field', 'target'],
  ],
  local_jsonl_tasks: [
    ['prompt_field', 'prompt'],
    ['answer_field', 'answer'],
  ],
};

function fieldsExist(
  view: FileRuleView,
  provider: string,
  { columns, file }: Awaited<ReturnType<typeof firstLook>>,
  at: (key: string) => string | undefined,
): void {
  if (!columns) return;
  for (const [key, byDefault] of fieldsOfProvider[provider] ?? []) {
    const pointer = at(key);
    if (pointer !== undefined && view.isUnknown(pointer)) continue;
    const field = (pointer === undefined ? undefined : view.text(pointer)) || byDefault;
    if (columns.has(field)) continue;
    const code = provider === 'local_jsonl' ? 'E306' : 'E307';
    const message = `${file} has no column "${field}".${columnsHint([field], columns)} Set dataset.${key}.`;
    view.report(
      pointer ?? at('file') ?? at('path') ?? at('data_files') ?? '/dataset',
      'value',
      code,
      'error',
      message,
    );
  }
}

function pathOf(view: FileRuleView, pointer: string | undefined): string | undefined {
  return pointer === undefined ? undefined : pathAt(view, pointer);
}

function pathsOf(view: FileRuleView, pointer: string | undefined): string[] {
  const node = pointer === undefined ? undefined : view.node(pointer);
  const pointers =
    node?.kind === 'sequence' ? node.items.map((_, index) => `${pointer}/${index}`) : [pointer];
  return pointers.flatMap((one) => pathOf(view, one) ?? []);
}
