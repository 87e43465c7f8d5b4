import { findJsonlFiles } from '../../data/providers/find-jsonl-files.ts';
import { leastWindows } from '../rules/window-budget.ts';
import type { FileRuleView } from './check-file-rules.ts';
import { countLines } from './count-lines.ts';
import { pathAt } from './path-at.ts';

/** The data files exist, and have at least as many lines as windows are needed (spec 01 §2.1, spec 02 §1.8). */
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
  const found = await findJsonlFiles(view.files, async (name) => name, {
    ...(file !== undefined && { file }),
    ...(folder !== undefined && { path: folder }),
    ...(dataFiles.length > 0 && { dataFiles }),
  });
  if (!found.value) {
    for (const { message } of found.findings) view.report(pointer, 'value', 'T310', 'error', message);
    return;
  }
  const { count: needed, why } = leastWindows(view);
  if (needed === 0) return;
  const lines = await countLines(view.files, found.value, needed);
  if (lines === undefined || lines >= needed) return;
  const counts = view.has('/dataset/preview_n') ? '/dataset/preview_n' : pointer;
  const message = `The data has ${lines} lines, but ${needed} windows are needed${why} and every window is one line. Lower dataset.preview_n and dataset.final_n, or give more data.`;
  view.report(counts, 'value', 'E303', 'error', message, { expected: needed, actual: lines });
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
