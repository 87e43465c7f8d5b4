import path from 'node:path';
import { Command } from 'commander';
import { prepareRun } from '../../certify/prepare-run.ts';
import { type RunResult, runSingle } from '../../certify/run-single.ts';
import { runUntilPass, type UntilPassResult } from '../../certify/run-until-pass.ts';
import { stopExitCode } from '../../certify/stop-exit-code.ts';
import { type Finding, hasErrors } from '../../core/findings.ts';
import { writeJson } from '../../core/json-writer.ts';
import type { Hub } from '../../hub/hub-ports.ts';
import { deviceNames } from '../../runtime/devices.ts';
import { engineMemoryBytes } from '../../runtime/engine-memory.ts';
import { commandHub } from '../command-hub.ts';
import { addEvaluationOptions, type EvaluationOptions, evaluationFlags } from '../evaluation-options.ts';
import { evaluationPorts } from '../evaluation-ports.ts';
import type { CliContext } from '../node-context.ts';
import { countFromOne, positiveNumber } from '../option-values.ts';
import { eventLine, type OutputStyle, styleOfProfile, styleOption } from '../output/output-style.ts';
import { phaseTiming } from '../output/phase-timing.ts';
import { printRun, untilPassFailure } from '../output/run-output.ts';
import { runTelemetry } from '../output/run-telemetry.ts';
import { showProgress } from '../output/show-progress.ts';
import { printFindings } from '../output/terminal.ts';
import { addVerbosity, printed, type VerbosityOptions, verbosityOf } from '../output/verbosity.ts';
import { readFindingTexts } from '../read-finding-texts.ts';
import { writeArtifact } from '../write-artifact.ts';

interface RunCliOptions extends EvaluationOptions, VerbosityOptions {
  readonly config: string;
  readonly profile?: string;
  readonly tier?: string;
  readonly out?: string;
  readonly baseline?: string;
  readonly device?: string;
  readonly timeout?: number;
  readonly untilPass?: boolean;
  readonly maxAttempts?: number;
  readonly cleanup?: boolean;
  readonly telemetry?: boolean;
  readonly style?: OutputStyle;
  readonly timing?: boolean;
  readonly progress?: boolean;
  readonly json?: boolean;
}

const DEFAULT_ATTEMPTS = 3;

/** `invarlock run -c FILE …`: one evaluation of one model (spec 01 §3.4). */
export function runCommand(context: CliContext, settle: (exitCode: number) => void): Command {
  const command = addVerbosity(new Command('run'))
    .description('Evaluate the model of a config once and write its report.')
    .requiredOption('-c, --config <file>', 'config with a model section')
    .option('--device <name>', `where to evaluate: ${deviceNames.join(', ')} (default auto)`)
    .option('--profile <name>', 'dev, ci, ci_cpu, release, or one of INVARLOCK_CONFIG_ROOT (default dev)')
    .option('--tier <name>', 'conservative, balanced or aggressive (default balanced)')
    .option('--out <dir>', "folder for the runs (default: the config's output.dir, else runs)")
    .option('--baseline <path>', 'baseline report to pair with')
    .option('--edit-label <name>', 'name of the edit in the report');
  return addEvaluationOptions(command)
    .option('--until-pass', 'with --edit and --baseline: try less aggressive edits until all gates pass')
    .option(
      '--max-attempts <n>',
      `with --until-pass: how many edits to try (default ${DEFAULT_ATTEMPTS})`,
      countFromOne,
    )
    .option(
      '--timeout <seconds>',
      'stop after so many seconds; what is not finished leaves nothing behind',
      positiveNumber,
    )
    .option('--no-cleanup', 'no effect: no snapshot of a model is made, so there is nothing to clean up')
    .option('--telemetry', 'write telemetry.json beside the report: timings, memory, speed')
    .addOption(styleOption('friendly, and audit under ci, ci_cpu and release'))
    .option('--timing', 'say how long each step took')
    .option('--progress', 'progress lines (default)')
    .option('--no-progress', 'no progress lines')
    .option('--json', 'print one JSON object with the metric and the path')
    .addHelpText(
      'after',
      '\nAn evaluation gives the same numbers every time, so --until-pass never repeats one: each attempt halves the\npruning, or quantises with more bits or fewer matrices. All attempts keep their folders.\n\nExit codes: 0 done (with --until-pass: an attempt passes), 1 the metric is not usable or no attempt passes,\n2 configuration, usage or input, 3 a typed stop under ci and release.\n\nExamples:\n  invarlock run -c baseline.invarlock.yaml\n  invarlock run -c subject.invarlock.yaml --baseline runs/20260102_030405\n  invarlock run -c baseline.invarlock.yaml --edit prune --baseline runs/20260102_030405 --until-pass',
    )
    .action(async (options: RunCliOptions) => settle(await run(context, options)));
}

async function run(context: CliContext, options: RunCliOptions): Promise<number> {
  const { files, terminal, clock } = context;
  const startedMs = clock.monotonicMs();
  const verbosity = verbosityOf(options);
  const misused = optionFindings(options);
  printFindings(terminal, printed(misused, verbosity), () => undefined);
  if (hasErrors(misused)) return 2;
  const isQuiet = verbosity === 'quiet';
  const isShown = (options.progress ?? true) && !isQuiet;
  // Which profile counts is not known before the file is read.
  const early = showProgress(terminal, isShown, options.style ?? styleOfProfile(options.profile ?? 'dev'));
  const prepared = await prepare(context, options, commandHub(context, early));
  const texts = await readFindingTexts(files, prepared.findings);
  printFindings(terminal, printed(prepared.findings, verbosity), texts);
  if (!prepared.value || hasErrors(prepared.findings)) {
    return stopExitCode(prepared.findings, prepared.profile);
  }
  const plan = prepared.value;
  const style = options.style ?? styleOfProfile(plan.settings.profile);
  const timing = phaseTiming(
    clock,
    startedMs,
    options.untilPass ? [] : ['Evaluation'],
    showProgress(terminal, isShown, style),
  );
  const ports = evaluationPorts(context, options.timeout);
  const { edit, baselineReport } = plan;
  let tries: UntilPassResult | undefined;
  let result: RunResult | undefined;
  if (options.untilPass && edit && baselineReport) {
    const attempts = options.maxAttempts ?? DEFAULT_ATTEMPTS;
    tries = await runUntilPass(ports, { ...plan, edit, baselineReport }, attempts, timing.onProgress);
    result = tries.attempts.at(-1);
  } else {
    result = await runSingle(ports, plan, timing.onProgress);
  }
  if (!result) return 1;
  const finished = timing.finish();
  printRun(terminal, result, {
    style,
    json: options.json === true,
    timing: options.timing && !isQuiet ? finished : undefined,
    tries,
  });
  if (options.telemetry) await writeTelemetry(context, tries?.attempts ?? [result]);
  const failure = tries && untilPassFailure(tries);
  if (failure !== undefined) terminal.err(eventLine(style, 'FAIL', failure, terminal.style));
  return result.report.metrics.primary_metric.invalid || failure !== undefined ? 1 : 0;
}

/** Options that do not go together, or do nothing here. */
function optionFindings(options: RunCliOptions): Finding[] {
  const findings: Finding[] = [];
  const impossible = (message: string) => findings.push({ code: 'U713', severity: 'error', message });
  if (options.untilPass && (options.edit ?? 'noop') === 'noop') {
    impossible(
      '--until-pass needs --edit: without an edit that this run applies every attempt would measure the same model again.',
    );
  }
  if (options.untilPass && options.baseline === undefined)
    impossible('--until-pass needs --baseline: without a baseline report there are no gates to pass.');
  if (options.maxAttempts !== undefined && !options.untilPass)
    impossible('--max-attempts goes with --until-pass only.');
  if (options.cleanup === false) {
    const message =
      '--no-cleanup has no effect: no snapshot of a model is ever made, so there is nothing to clean up or keep.';
    findings.push({ code: 'U714', severity: 'warning', message });
  }
  return findings;
}

function prepare(context: CliContext, options: RunCliOptions, hub: Hub): ReturnType<typeof prepareRun> {
  const { workingFolder, environment } = context;
  return prepareRun(context.files, {
    hub,
    configFile: path.resolve(workingFolder, options.config),
    workingFolder,
    environment,
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(options.tier === undefined ? {} : { tier: options.tier }),
    ...(options.out === undefined ? {} : { out: options.out }),
    ...(options.edit === undefined ? {} : { edit: options.edit }),
    ...(options.editLabel === undefined ? {} : { editLabel: options.editLabel }),
    ...(options.device === undefined ? {} : { device: options.device }),
    flags: evaluationFlags(options),
    availableMemoryBytes: engineMemoryBytes(),
    ...(options.baseline === undefined
      ? {}
      : { baselineReport: path.resolve(workingFolder, options.baseline) }),
  });
}

async function writeTelemetry({ files, clock }: CliContext, results: readonly RunResult[]): Promise<void> {
  for (const { report, reportFile } of results) {
    const folder = path.dirname(reportFile);
    const content = runTelemetry(report, path.basename(folder), clock.now());
    await writeArtifact(files, path.join(folder, 'telemetry.json'), writeJson(content));
  }
}
