import { compareCodePoints } from '../../core/compare-code-points.ts';
import { describePlugin } from '../plugin-descriptions.ts';
import type { PluginItem } from '../plugin-inventory.ts';
import { keyValueLine } from './output-style.ts';

/** The table of `plugins list`, by kind for people; the JSON is sorted by name. */
export function pluginTable(items: readonly PluginItem[], withDetails: boolean): readonly string[] {
  const head = ['KIND', 'NAME', 'STATUS', 'BACKEND', ...(withDetails ? ['MODULE', 'WHAT IT IS'] : [])];
  const byKind = [...items].sort((a, b) => compareCodePoints(a.kind, b.kind));
  const rows = byKind.map((item) => [
    item.kind,
    item.name,
    statusText(item),
    backendText(item),
    ...(withDetails ? [item.module, describePlugin(item)] : []),
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  return [head, ...rows].map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Everything about one of them, for `--explain`. */
export function explainPlugin(item: PluginItem): readonly string[] {
  const rows: [string, string][] = [
    ['Kind', item.kind],
    ['What it is', describePlugin(item)],
    ['Status', statusText(item)],
    ['Origin', 'built in; nothing is installed for it'],
    ['Module', item.module],
    ['Backend', backendText(item)],
  ];
  return [
    item.name,
    ...rows.filter(([, value]) => value !== '').map(([label, value]) => keyValueLine(label, value)),
  ];
}

function statusText({ status }: PluginItem): string {
  return status.replaceAll('_', ' ');
}

function backendText({ backend }: PluginItem): string {
  return backend ? `${backend.name} ${backend.version}` : '';
}
