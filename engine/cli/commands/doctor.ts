import path from 'node:path';
import { Command } from 'commander';
import { type Finding, hasErrors } from '../../core/findings.ts';
import { nodeResources } from '../../doctor/node-resources.ts';
import { type DoctorResult, runDoctor } from '../../doctor/run-doctor.ts';
import { deviceNames } from '../../runtime/devices.ts';
import { engineMemoryBytes } from '../../runtime/engine-memory.ts';
import { startEngine } from '../../runtime/start-engine.ts';
import { withoutLimit } from '../../runtime/start-on-device.ts';
import { cacheOnlyHub } from '../command-hub.ts';
import { engineOptions } from '../engine-options.ts';
import type { CliContext } from '../node-context.ts';
import { findingCounts, findingJson, placeJson } from '../output/finding-json.ts';
import { findingLine } from '../output/terminal.ts';
import { addVerbosity, printed, type VerbosityOptions, verbosityOf } from '../output/verbosity.ts';
import { readFindingTexts } from '../read-finding-texts.ts';

interface DoctorOptions extends VerbosityOptions {
  readonly config?: string;
  readonly profile?: string;
  readonly tier?: string;
  readonly device?: string;
  readonly baseline?: string;
  readonly baselineReport?: string;
  readonly subjectReport?: string;
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** `invarlock doctor [-c FILE] [--profile P] [--tier T] [--baseline R] [--baseline-report R --subject-report R]` (spec 01 §4). */
export function doctorCommand(context: CliContext, settle: (exitCode: number) => void): Command {
  return addVerbosity(new Command('doctor'))
    .description('Check this machine and, with -c, everything that certify would check before it evaluates.')
    .option('-c, --config <file>', 'config with a certify section')
    .option('--profile <name>', "profile to check for (default: the config's)")
    .option('--tier <name>', "tier to check for (default: the config's)")
    .option('--device <name>', `device to check: ${deviceNames.join(', ')} (default: the config's)`)
    .option('--baseline <report>', 'baseline report: does it hold windows, was its split inferred?')
    .option('--baseline-report <report>', 'baseline report to compare with --subject-report')
    .option('--subject-report <report>', 'subject report to compare with --baseline-report')
    .option('--strict', 'different splits of two reports are an error')
    .option('--json', 'print one doctor-v1 JSON object')
    .addHelpText(
      'after',
      '\nReports are files, run folders, or folders of runs, of which the newest counts.\n\nExit codes: 0 healthy, 1 an error was found.\n\nExamples:\n  invarlock doctor -c certify.invarlock.yaml\n  invarlock doctor --baseline-report runs/source --subject-report runs/edited --strict',
    )
    .action(async (options: DoctorOptions) => settle(await doctor(context, options)));
}

async function doctor(context: CliContext, options: DoctorOptions): Promise<number> {
  const { files, environment, workingFolder } = context;
  const absolute = (name: string | undefined) =>
    name === undefined ? undefined : path.resolve(workingFolder, name);
  const { profile, tier } = options;
  const configFile = absolute(options.config);
  const result = await runDoctor({
    files,
    environment,
    nodeVersion: process.versions.node,
    platform: process.platform,
    workingFolder,
    resources: nodeResources,
    startRuntime: () => startEngine(engineOptions(context)),
    startProbe: () => startEngine(withoutLimit(engineOptions(context))),
    tier,
    device: options.device,
    ...(configFile !== undefined && {
      certify: {
        configFile,
        // The doctor says what is missing; it downloads nothing.
        hub: cacheOnlyHub(context),
        workingFolder,
        environment,
        ...(profile !== undefined && { profile }),
        ...(tier !== undefined && { tier }),
        ...(options.device !== undefined && { device: options.device }),
        availableMemoryBytes: engineMemoryBytes(),
      },
    }),
    reports: {
      baseline: absolute(options.baseline),
      baselineReport: absolute(options.baselineReport),
      subjectReport: absolute(options.subjectReport),
      profile,
      strict: options.strict === true,
    },
  });
  const { findings } = result;
  const texts = await readFindingTexts(files, [...findings, ...result.causes.values()]);
  const exitCode = hasErrors(findings) ? 1 : 0;
  if (options.json) context.terminal.out(JSON.stringify(envelope(result, texts, exitCode)));
  else printHuman(context, printed(findings, verbosityOf(options)), findings, texts);
  return exitCode;
}

function printHuman(
  { terminal }: CliContext,
  shown: readonly Finding[],
  all: readonly Finding[],
  texts: (file: string) => string | undefined,
): void {
  for (const finding of shown) terminal.out(findingLine(finding, texts, terminal.style));
  const { errors, warnings } = findingCounts(all);
  terminal.out(
    errors === 0
      ? `${terminal.style.good('healthy')}: no errors, ${warnings} warnings`
      : `${terminal.style.bad('not healthy')}: ${errors} errors, ${warnings} warnings`,
  );
}

/** The `doctor-v1` envelope (spec 01 §4.2), with the place, the page and the further facts of every finding. */
function envelope(
  { findings, causes, tier, floors }: DoctorResult,
  texts: (file: string) => string | undefined,
  exitCode: number,
) {
  return {
    format_version: 'doctor-v1',
    summary: findingCounts(findings),
    policy: {
      tier,
      ...(floors && {
        floors: {
          pm_ratio: {
            min_tokens: floors.pm_ratio.min_tokens,
            min_token_fraction: floors.pm_ratio.min_token_fraction,
          },
          accuracy: {
            min_examples: floors.accuracy.min_examples,
            min_examples_fraction: floors.accuracy.min_examples_fraction,
          },
        },
      }),
    },
    findings: findings.map((finding) => {
      const cause = causes.get(finding);
      return {
        ...finding.details,
        ...findingJson(finding, texts),
        ...(cause && { cause: placeJson(cause, texts) }),
      };
    }),
    resolution: { exit_code: exitCode },
  };
}
