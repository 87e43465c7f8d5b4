import { Command, Option } from 'commander';
import { InvarLockError } from '../../core/errors.ts';
import type { CliContext } from '../node-context.ts';
import { explainPlugin, pluginTable } from '../output/plugin-lines.ts';
import { printFindings } from '../output/terminal.ts';
import { type PluginCategory, type PluginItem, pluginCategories, pluginItems } from '../plugin-inventory.ts';

interface ListOptions {
  readonly only?: 'ready' | 'missing' | 'core' | 'optional';
  readonly explain?: string;
  readonly hideUnsupported?: boolean;
  readonly showUnsupported?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
}

type Settle = (exitCode: number) => void;

/** `invarlock plugins list [CATEGORY]`, and one command per category (spec 01 §3.8). Nothing is installed: see the docs. */
export function pluginsCommand(context: CliContext, settle: Settle): Command {
  const group = new Command('plugins')
    .description('Show what this version has of guards, edits, adapters and dataset providers.')
    .addHelpText(
      'after',
      '\nExamples:\n  invarlock plugins list datasets\n  invarlock plugins adapters --explain hf_mlm',
    );
  const list = listing(new Command('list'))
    .description('List guards, edits, adapters and dataset providers, and whether this version has them.')
    .addArgument(
      new Command()
        .createArgument('[category]', 'what to list')
        .choices([...pluginCategories])
        .default('all'),
    )
    .addHelpText(
      'after',
      `${aboutOnly}\n\nExit codes: 0 listed, 1 --explain knows no such name, 2 unknown category.\n\nExamples:\n  invarlock plugins list\n  invarlock plugins list adapters --json`,
    )
    .action((category: PluginCategory, options: ListOptions) => settle(show(context, category, options)));
  group.addCommand(list);
  for (const category of ['guards', 'edits', 'adapters', 'datasets'] as const) {
    const command = listing(new Command(category), category)
      .description(`List the ${category}, and whether this version has them.`)
      .addHelpText(
        'after',
        `${aboutOnly}\n\nExit codes: 0 listed, 1 --explain knows no such name.\n\nExample:\n  invarlock plugins ${category} --only ready`,
      )
      .action((options: ListOptions) => settle(show(context, category, options)));
    group.addCommand(command);
  }
  // The reference's other name.
  const adapter = listing(new Command('adapter'), 'adapters')
    .description('Same as adapters.')
    .action((options: ListOptions) => settle(show(context, 'adapters', options)));
  group.addCommand(adapter, { hidden: true });
  return group.addCommand(refusal('install')).addCommand(refusal('uninstall'));
}

const aboutOnly =
  '\nEverything is built in, so all of it is core and nothing is optional; missing is what a later version brings.';

function listing(command: Command, category?: PluginCategory): Command {
  command
    .addOption(
      new Option('--only <which>', 'show only these').choices(['ready', 'missing', 'core', 'optional']),
    )
    .option('--explain <name>', 'say what one of them is, and whether this version has it')
    .option('-v, --verbose', 'what each one is, and which part of the engine does it')
    .option('--json', 'print one plugins-v1 JSON object');
  if (category !== 'adapters') return command;
  return command
    .addOption(
      new Option('--hide-unsupported', 'leave out adapters that this version lacks').conflicts(
        'showUnsupported',
      ),
    )
    .option('--show-unsupported', 'show them with their status (default)');
}

function show({ terminal }: CliContext, category: PluginCategory, options: ListOptions): number {
  const all = pluginItems(category);
  const items = all.filter((item) => isWanted(item, options));
  if (options.explain !== undefined) {
    const found = all.filter(({ name }) => name === options.explain);
    if (found.length === 0) {
      const names = all.map(({ name }) => name).join(', ');
      const message = `There is no ${options.explain} among: ${names}.`;
      printFindings(terminal, [{ code: 'U701', severity: 'error', message }], () => undefined);
      return 1;
    }
    if (options.json) terminal.out(JSON.stringify(envelope(category, found)));
    else for (const line of found.flatMap(explainPlugin)) terminal.out(line);
    return 0;
  }
  if (options.json) terminal.out(JSON.stringify(envelope(category, items)));
  else for (const line of pluginTable(items, options.verbose === true)) terminal.out(line);
  return 0;
}

function isWanted({ status }: PluginItem, { only, hideUnsupported }: ListOptions): boolean {
  if (hideUnsupported && status !== 'ready') return false;
  switch (only) {
    case 'ready':
      return status === 'ready';
    case 'missing':
      return status !== 'ready';
    case 'optional':
      return false;
    default:
      return true;
  }
}

function envelope(category: PluginCategory, items: readonly PluginItem[]) {
  return { format_version: 'plugins-v1', category, kind: category, items };
}

/** There is nothing that could be installed, and saying so is better than an unknown command. */
function refusal(name: 'install' | 'uninstall'): Command {
  const what = name === 'install' ? 'installed' : 'removed';
  return new Command(name)
    .description(`Refused: everything is built in, and nothing can be ${what}.`)
    .argument('[names...]', 'names')
    .option('-U, --upgrade', 'refused with the command')
    .option('-y, --yes', 'refused with the command')
    .option('--dry-run', 'refused with the command')
    .option('--apply', 'refused with the command')
    .addHelpText(
      'after',
      `\nExit code: 2, always. Guards, edits, adapters and providers are part of the program.\n\nWhat this version has is listed instead.\n\nExample:\n  invarlock plugins list`,
    )
    .action((names: readonly string[]) => {
      const named = names.length === 0 ? '' : ` (${names.join(', ')})`;
      throw new InvarLockError(
        'U715',
        `Nothing can be ${what}${named}: guards, edits, adapters and dataset providers are part of this program. "invarlock plugins list" shows what this version has.`,
      );
    });
}
