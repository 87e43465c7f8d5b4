import { Command } from 'commander';
import { compareCodePoints } from '../../core/compare-code-points.ts';
import type { CliContext } from '../node-context.ts';
import { type PluginCategory, type PluginItem, pluginCategories, pluginItems } from '../plugin-inventory.ts';

/** `invarlock plugins list [CATEGORY] [--json]` (spec 01 §3.8). Nothing is installed: see the docs. */
export function pluginsCommand(context: CliContext, settle: (exitCode: number) => void): Command {
  const list = new Command('list')
    .description('List guards, edits, adapters and dataset providers, and whether this version has them.')
    .addArgument(
      new Command()
        .createArgument('[category]', 'what to list')
        .choices([...pluginCategories])
        .default('all'),
    )
    .option('--json', 'print one plugins-v1 JSON object')
    .addHelpText(
      'after',
      '\nExit codes: 0 listed, 2 unknown category.\n\nExamples:\n  invarlock plugins list\n  invarlock plugins list adapters --json',
    )
    .action((category: PluginCategory, options: { json?: boolean }) => {
      const items = pluginItems(category);
      if (options.json) {
        context.terminal.out(
          JSON.stringify({ format_version: 'plugins-v1', category, kind: category, items }),
        );
      } else for (const line of tableLines(items)) context.terminal.out(line);
      settle(0);
    });
  return new Command('plugins')
    .description('Show what this version has of guards, edits, adapters and dataset providers.')
    .addHelpText('after', '\nExample:\n  invarlock plugins list datasets')
    .addCommand(list);
}

function tableLines(items: readonly PluginItem[]): string[] {
  const head = ['KIND', 'NAME', 'STATUS', 'BACKEND'];
  // By kind for people; the JSON is sorted by name.
  const byKind = [...items].sort((a, b) => compareCodePoints(a.kind, b.kind));
  const rows = byKind.map(({ kind, name, status, backend }) => [
    kind,
    name,
    status.replaceAll('_', ' '),
    backend ? `${backend.name} ${backend.version}` : '',
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
