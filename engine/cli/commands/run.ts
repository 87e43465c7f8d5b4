import path from 'node:path';
import { Command, Option } from 'commander';
import { prepareRun } from '../../certify/prepare-run.ts';
import { runSingle } from '../../certify/run-single.ts';
import { hasErrors } from '../../core/findings.ts';
import { deviceNames } from '../../runtime/devices.ts';
import { evaluationPorts } from '../evaluation-ports.ts';
import type { CliContext } from '../node-context.ts';
import { positiveNumber } from '../option-values.ts';
import { showProgress } from '../output/show-progress.ts';
import { printFindings } from '../output/terminal.ts';
import { addVerbosity, printed, verbosityOf } from '../output/verbosity.ts';
import { readFindingTexts } from '../read-finding-texts.ts';

interface RunCliOptions {
  readonly config: string;
  readonly profile?: string;
  readonly tier?: string;
  readonly out?: string;
  readonly baseline?: string;
  readonly editLabel?: string;
  readonly device?: string;
  readonly timeout?: number;
  readonly untilPass?: boolean;
  readonly progress?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** `invarlock run -c FILE …`: one evaluation of one model (spec 01 §3.4). */
export function runCommand(context: CliContext, settle: (exitCode: number) => void): Command {
  return addVerbosity(new Command('run'))
    .description('Evaluate the model of a config once and write its report.')
    .requiredOption('-c, --config <file>', 'config with a model section')
    .option('--device <name>', `where to evaluate: ${deviceNames.join(', ')} (default auto)`)
    .option('--profile <name>', 'dev, ci, ci_cpu or release (default dev)')
    .option('--tier <name>', 'conservative, balanced or aggressive (default balanced)')
    .option('--out <dir>', "folder for the runs (default: the config's output.dir, else runs)")
    .option('--baseline <path>', 'baseline report to pair with')
    .option('--edit-label <name>', 'name of the edit in the report')
    .option('--timeout <seconds>', 'stop after so many seconds and leave nothing behind', positiveNumber)
    .addOption(new Option('--until-pass', 'retry until the gates pass').hideHelp())
    .option('--no-progress', 'no progress lines')
    .option('--json', 'print one JSON object with the metric and the path')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 the metric is not usable, 2 configuration, usage or input, 3 a typed stop under ci and release.\n\nExamples:\n  invarlock run -c baseline.invarlock.yaml\n  invarlock run -c subject.invarlock.yaml --baseline runs/20260102_030405',
    )
    .action(async (options: RunCliOptions) => settle(await run(context, options)));
}

async function run(context: CliContext, options: RunCliOptions): Promise<number> {
  const { files, terminal } = context;
  if (options.untilPass) {
    const message =
      'Retrying edits (--until-pass) is not in this version yet: edits are made by invarlock edit.';
    printFindings(terminal, [{ code: 'U706', severity: 'error', message }], () => undefined);
    return 2;
  }
  const prepared = await prepareRun(files, {
    configFile: path.resolve(context.workingFolder, options.config),
    workingFolder: context.workingFolder,
    environment: context.environment,
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(options.tier === undefined ? {} : { tier: options.tier }),
    ...(options.out === undefined ? {} : { out: options.out }),
    ...(options.editLabel === undefined ? {} : { editLabel: options.editLabel }),
    ...(options.device === undefined ? {} : { device: options.device }),
    availableMemoryBytes: process.availableMemory(),
    ...(options.baseline === undefined
      ? {}
      : { baselineReport: path.resolve(context.workingFolder, options.baseline) }),
  });
  const verbosity = verbosityOf(options);
  const texts = await readFindingTexts(files, prepared.findings);
  printFindings(terminal, printed(prepared.findings, verbosity), texts);
  if (!prepared.value || hasErrors(prepared.findings)) {
    return prepared.findings.some(({ code }) => code === 'U708') ? 3 : 2;
  }
  const ports = evaluationPorts(context, options.timeout);
  const { report, reportFile } = await runSingle(
    ports,
    prepared.value,
    showProgress(terminal, (options.progress ?? true) && verbosity !== 'quiet'),
  );
  const { primary_metric: metric } = report.metrics;
  if (options.json) {
    terminal.out(JSON.stringify({ format_version: 'run-v1', primary_metric: metric, report: reportFile }));
  } else {
    const number = (value: number | null) => (value === null ? 'not finite' : value.toFixed(4));
    terminal.out(`${metric.kind}: preview ${number(metric.preview)}, final ${number(metric.final)}`);
    if (metric.ratio_vs_baseline !== null)
      terminal.out(`ratio vs baseline: ${number(metric.ratio_vs_baseline)}`);
    terminal.out(`report: ${reportFile}`);
  }
  return metric.invalid ? 1 : 0;
}
