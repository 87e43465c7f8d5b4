import path from 'node:path';
import { Command } from 'commander';
import { checkConfigFile } from '../../config/check-config-file.ts';
import { hasErrors } from '../../core/findings.ts';
import type { CliContext } from '../node-context.ts';
import { findingCounts, findingJson } from '../output/finding-json.ts';
import { printFindings } from '../output/terminal.ts';
import { readFindingTexts } from '../read-finding-texts.ts';

/** `invarlock config check FILE… [--json]`: everything an editor would say about the files. */
export function configCheckCommand(context: CliContext, settle: (exitCode: number) => void): Command {
  return new Command('check')
    .description('Check configurations, presets, overlays, profiles and tiers without running anything.')
    .argument('<files...>', 'YAML files')
    .option('--json', 'print one config-check-v1 JSON object')
    .addHelpText(
      'after',
      '\nHints and notes are printed too. Exit codes: 0 no error, 2 a file has an error.\n\nExamples:\n  invarlock config check run.invarlock.yaml\n  invarlock config check presets/*.yaml --json',
    )
    .action(async (names: readonly string[], options: { json?: boolean }) =>
      settle(await check(context, names, options.json === true)),
    );
}

async function check(context: CliContext, names: readonly string[], json: boolean): Promise<number> {
  const { files, environment, terminal, workingFolder } = context;
  const checked = [];
  for (const name of names) {
    const file = path.resolve(workingFolder, name);
    checked.push({ file, findings: await checkConfigFile(files, file, environment, workingFolder) });
  }
  const all = checked.flatMap(({ findings }) => findings);
  const texts = await readFindingTexts(files, all);
  const exitCode = hasErrors(all) ? 2 : 0;
  const summary = findingCounts(all);
  if (json) {
    terminal.out(
      JSON.stringify({
        format_version: 'config-check-v1',
        summary,
        files: checked.map(({ file, findings }) => ({
          file,
          findings: findings.map((finding) => findingJson(finding, texts)),
        })),
        resolution: { exit_code: exitCode },
      }),
    );
    return exitCode;
  }
  printFindings(terminal, all, texts);
  const counts = [
    counted(summary.errors, 'error'),
    counted(summary.warnings, 'warning'),
    counted(summary.notes, 'note'),
  ];
  terminal.out(`${counted(names.length, 'file')}: ${counts.join(', ')}`);
  return exitCode;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
