import path from 'node:path';
import { Command } from 'commander';
import { type ConfigNode, plainValue } from '../../config/config-node.ts';
import { appendPointer } from '../../config/json-pointer.ts';
import { customProfileNames } from '../../config/layers/custom-profiles.ts';
import { type LoadedConfig, loadConfig } from '../../config/load-config.ts';
import { resolveConfig } from '../../config/resolve-config.ts';
import { originInWords, showConfig } from '../../config/show-config.ts';
import { type Checked, hasErrors } from '../../core/findings.ts';
import { isTruthy } from '../../core/is-truthy.ts';
import { lineAndColumn } from '../../core/line-and-column.ts';
import type { CliContext } from '../node-context.ts';
import { findingJson } from '../output/finding-json.ts';
import { printFindings } from '../output/terminal.ts';
import { readFindingTexts } from '../read-finding-texts.ts';

interface ShowOptions {
  readonly config: string;
  readonly resolved?: boolean;
  readonly origins?: boolean;
  readonly profile?: string;
  readonly tier?: string;
  readonly json?: boolean;
}

/** `invarlock config show -c FILE [--resolved] [--origins] [--profile P] [--tier T] [--json]`. */
export function configShowCommand(context: CliContext, settle: (exitCode: number) => void): Command {
  return new Command('show')
    .description(
      'Print a configuration with its includes and defaults merged, and with --resolved every layer.',
    )
    .requiredOption('-c, --config <file>', 'configuration, preset or overlay')
    .option('--resolved', 'as a run would see it: profile, tier, environment and packaged values merged')
    .option('--origins', 'behind every value, where it comes from')
    .option('--profile <name>', 'profile to resolve for (with --resolved)')
    .option('--tier <name>', 'tier to resolve for (with --resolved)')
    .option('--json', 'print one config-v1 JSON object, origins included')
    .addHelpText(
      'after',
      '\nExit codes: 0 shown, 2 the configuration has an error.\n\nExample:\n  invarlock config show -c run.invarlock.yaml --resolved --origins --profile ci',
    )
    .action(async (options: ShowOptions) => settle(await show(context, options)));
}

async function show(context: CliContext, options: ShowOptions): Promise<number> {
  const { terminal, workingFolder } = context;
  const { value, findings } = await load(context, options);
  const texts = await readFindingTexts(context.files, findings);
  const exitCode = value && !hasErrors(findings) ? 0 : 2;
  if (options.json) {
    const envelope = {
      format_version: 'config-v1',
      config: value ? plainValue(value.root) : null,
      origins: value ? Object.fromEntries(origins(value.root, '', value)) : null,
      findings: findings.map((finding) => findingJson(finding, texts)),
      resolution: { exit_code: exitCode },
    };
    terminal.out(JSON.stringify(envelope));
    return exitCode;
  }
  printFindings(terminal, findings, texts);
  if (!value) return exitCode;
  const origin = options.origins
    ? (node: ConfigNode) => originInWords(node, value.texts, workingFolder)
    : undefined;
  terminal.out(showConfig(value.root, { origin }).trimEnd());
  return exitCode;
}

async function load(context: CliContext, options: ShowOptions): Promise<Checked<LoadedConfig>> {
  const { files, environment, workingFolder } = context;
  const { profile, tier } = options;
  const loaded = await loadConfig(files, path.resolve(workingFolder, options.config), {
    allowOutside: isTruthy(environment.INVARLOCK_ALLOW_CONFIG_INCLUDE_OUTSIDE),
    situation: { profile, tier },
    customProfiles: await customProfileNames(files, environment, workingFolder),
  });
  if (!loaded.value || !options.resolved) return loaded;
  const resolved = await resolveConfig(files, loaded.value, { profile, tier, environment, workingFolder });
  return { value: resolved.value?.config, findings: [...loaded.findings, ...resolved.findings] };
}

/** The origin of every value that is no mapping, by its pointer. */
function origins(node: ConfigNode, pointer: string, config: LoadedConfig): [string, object][] {
  if (node.kind === 'mapping' && node.entries.size > 0)
    return [...node.entries].flatMap(([key, entry]) =>
      origins(entry.node, appendPointer(pointer, key), config),
    );
  const { kind, file, label } = node.source;
  const text = file === undefined ? undefined : config.texts.get(file);
  const place = text !== undefined && node.range ? lineAndColumn(text, node.range.start) : undefined;
  return [
    [pointer, { kind, ...(label !== undefined && { label }), ...(file !== undefined && { file }), ...place }],
  ];
}
