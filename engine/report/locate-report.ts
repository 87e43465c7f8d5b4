import path from 'node:path';
import type { FileReader } from '../core/ports.ts';

/**
 * The report that a path means: the file itself, the `report.json` of a run's folder, or that of the newest run in a
 * folder of runs. Of a folder with `source` and `edited`, as certify makes it, the runs of the given arm
 * count.
 *
 * @example await locateReport(files, '/project/runs') // '/project/runs/edited/20260102_030405/report.json'
 */
export async function locateReport(
  files: FileReader,
  named: string,
  arm: 'source' | 'edited' = 'edited',
): Promise<string | undefined> {
  const kind = (await files.facts(named))?.kind;
  if (kind === 'file') return named;
  if (kind !== 'folder') return undefined;
  const names = await files.list(named);
  for (const candidate of ['', ...newestFirst(names)]) {
    const file = path.join(named, candidate, 'report.json');
    if ((await files.facts(file))?.kind === 'file') return file;
  }
  return names.includes(arm) ? locateReport(files, path.join(named, arm), arm) : undefined;
}

/** Runs are named by their start, with `_2` and so on when the name was taken. Unfinished runs are hidden. */
export function newestFirst(names: readonly string[]): readonly string[] {
  return names
    .filter((name) => !name.startsWith('.'))
    .map((name) => ({ name, ...started(name) }))
    .sort((a, b) => (a.stamp === b.stamp ? b.count - a.count : a.stamp < b.stamp ? 1 : -1))
    .map(({ name }) => name);
}

/** A name that is no run's sorts before every run. */
function started(name: string): { readonly stamp: string; readonly count: number } {
  const [, stamp = '', count = '1'] = /^(\d{8}_\d{6})(?:_(\d+))?$/u.exec(name) ?? [];
  return { stamp, count: Number(count) };
}
