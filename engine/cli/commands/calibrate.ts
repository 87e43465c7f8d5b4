import path from 'node:path';
import { Command, Option } from 'commander';
import { sweepRuns } from '../../calibrate/sweep-runs.ts';
import type { OnProgress } from '../../certify/certify-progress.ts';
import { stopExitCode } from '../../certify/stop-exit-code.ts';
import { stopIfCancelled } from '../../certify/stop-if-cancelled.ts';
import { prepareSweep } from '../../certify/sweep/prepare-sweep.ts';
import { runSweep, type SweepRequest } from '../../certify/sweep/run-sweep.ts';
import { nullSweepFiles, type SweepFacts, varianceSweepFiles } from '../../certify/sweep/sweep-files.ts';
import { InvarLockError } from '../../core/errors.ts';
import { hasErrors } from '../../core/findings.ts';
import type { TierName } from '../../policy/tiers.ts';
import { deviceNames } from '../../runtime/devices.ts';
import { engineMemoryBytes } from '../../runtime/engine-memory.ts';
import { commandHub } from '../command-hub.ts';
import { evaluationPorts } from '../evaluation-ports.ts';
import type { CliContext } from '../node-context.ts';
import { countFromOne, positiveNumber, shareNumber, wholeNumber } from '../option-values.ts';
import { stoppedEnvelope } from '../output/certify-output.ts';
import { eventLine, keyValueLine } from '../output/output-style.ts';
import { showProgress } from '../output/show-progress.ts';
import { printFindings, type Terminal } from '../output/terminal.ts';
import { addVerbosity, printed, type VerbosityOptions, verbosityOf } from '../output/verbosity.ts';
import { readFindingTexts } from '../read-finding-texts.ts';

interface SweepOptions extends VerbosityOptions {
  readonly config?: string;
  readonly baseline?: string;
  readonly subject?: readonly string[];
  readonly out: string;
  readonly tier?: readonly TierName[];
  readonly seed?: readonly number[];
  readonly nSeeds: number;
  readonly seedStart: number;
  readonly window?: readonly number[];
  readonly profile: string;
  readonly device?: string;
  readonly safetyMargin: number;
  readonly targetAnyWarningRate?: number;
  readonly targetEnableRate?: number;
  readonly timeout?: number;
  readonly json?: boolean;
}

/** What distinguishes one sweep from the other. */
interface Sweep {
  readonly guards: SweepRequest['guards'];
  readonly unnamed: 'same' | 'configured';
  readonly windows?: readonly number[];
  readonly targetRate: number;
  readonly files: (...args: Parameters<typeof nullSweepFiles>) => Readonly<Record<string, string>>;
}

const tiers: readonly TierName[] = ['balanced', 'conservative', 'aggressive'];

/** `invarlock calibrate null-sweep|ve-sweep` (spec 01 §3.7, spec 03 §8), on pairs of models. */
export function calibrateCommand(context: CliContext, settle: (exitCode: number) => void): Command {
  const group = new Command('calibrate')
    .description('Sweep seeds to recommend limits of the guards, as a tiers file.')
    .addHelpText('after', '\nExample:\n  invarlock calibrate null-sweep --config run.invarlock.yaml');
  const nullSweep = sweepCommand(
    'null-sweep',
    'Recommend limits of spectral and rmt from runs that ought to pass.',
    { folder: 'null_sweep', margin: 0.05 },
    'edited models that ought to pass (default: the baseline itself)',
  )
    .option('--target-any-warning-rate <x>', 'share of runs that may warn', shareNumber, 0.01)
    .action(async (options: SweepOptions) =>
      settle(
        await sweep(context, options, {
          guards: ['spectral', 'rmt'],
          unnamed: 'same',
          targetRate: options.targetAnyWarningRate ?? 0.01,
          files: nullSweepFiles,
        }),
      ),
    );
  const veSweep = sweepCommand(
    've-sweep',
    'Recommend the effect size at which the variance guard acts.',
    { folder: 've_sweep', margin: 0 },
    "edited models (default: certify.subject, else what the file's edit makes)",
  )
    .option('--window <n...>', 'calibration windows to try (default 6, 8, 12, 16)', eachCount)
    .option('--target-enable-rate <x>', 'share of runs in which the guard may act', shareNumber, 0.05)
    .action(async (options: SweepOptions) =>
      settle(
        await sweep(context, options, {
          guards: ['variance'],
          unnamed: 'configured',
          windows: options.window ?? [6, 8, 12, 16],
          targetRate: options.targetEnableRate ?? 0.05,
          files: varianceSweepFiles,
        }),
      ),
    );
  return group.addCommand(nullSweep).addCommand(veSweep);
}

function sweepCommand(
  name: string,
  what: string,
  defaults: { readonly folder: string; readonly margin: number },
  subjects: string,
): Command {
  return addVerbosity(new Command(name))
    .description(what)
    .option('--config <file>', 'config that the sweep starts from: data and models')
    .option('--baseline <dir>', 'the original (default: certify.baseline, else model.id of the config)')
    .option('--subject <dir...>', subjects)
    .option('--out <dir>', 'folder for the results', `reports/calibration/${defaults.folder}`)
    .addOption(new Option('--tier <name...>', 'tiers to sweep (default all)').choices(tiers))
    .addOption(
      new Option('--seed <n...>', 'seeds to run; excludes --n-seeds and --seed-start')
        .argParser(eachWholeNumber)
        .conflicts(['nSeeds', 'seedStart']),
    )
    .option('--n-seeds <n>', 'number of seeds', countFromOne, 10)
    .option('--seed-start <n>', 'first seed', wholeNumber, 42)
    .addOption(
      new Option('--profile <name>', 'profile of the runs')
        .choices(['dev', 'ci', 'ci_cpu', 'release'])
        .default('ci'),
    )
    .option('--device <name>', `where to measure: ${deviceNames.join(', ')} (default auto)`)
    .option('--safety-margin <x>', 'share that is added to a recommended value', shareNumber, defaults.margin)
    .option('--timeout <seconds>', 'stop after so many seconds and leave nothing behind', positiveNumber)
    .option('--json', 'print one JSON object with the paths')
    .addHelpText(
      'after',
      `\nWrites a report (JSON), its runs (CSV), a summary (Markdown) and a tiers file, which auto.tiers_file can name.\n\nExit codes: 0 everything is written, 1 a run failed or met --timeout, 2 configuration, usage or input, or a guard that\ncould not be measured (U717). Nothing is written unless everything is.\n\nExample:\n  invarlock calibrate ${name} --config run.invarlock.yaml --tier balanced --n-seeds 20`,
    );
}

async function sweep(context: CliContext, options: SweepOptions, kind: Sweep): Promise<number> {
  const { files, terminal, clock, environment, workingFolder } = context;
  if (options.config === undefined) {
    throw new InvarLockError('U701', 'No configuration was named. Give --config FILE; there is no default.');
  }
  const isQuiet = verbosityOf(options) === 'quiet';
  const onProgress = sweepProgress(terminal, !isQuiet);
  const ports = evaluationPorts(context, options.timeout);
  const out = path.resolve(workingFolder, options.out);
  const configFile = path.resolve(workingFolder, options.config);
  const prepared = await prepareSweep(
    files,
    {
      configFile,
      out,
      profile: options.profile,
      ...(options.baseline === undefined ? {} : { baseline: options.baseline }),
      ...(options.device === undefined ? {} : { device: options.device }),
      hub: commandHub(context, onProgress),
      availableMemoryBytes: engineMemoryBytes(),
      workingFolder,
      environment,
    },
    sweepRuns({
      tiers: options.tier ?? tiers,
      seeds: options.seed ?? Array.from({ length: options.nSeeds }, (_, index) => options.seedStart + index),
      ...(kind.windows ? { windows: kind.windows } : {}),
      subjects: options.subject ?? [undefined],
    }),
    kind.unnamed,
    () => stopIfCancelled(ports.cancelled),
  );
  const texts = await readFindingTexts(files, prepared.findings);
  printFindings(terminal, printed(prepared.findings, verbosityOf(options)), texts);
  if (!prepared.value || hasErrors(prepared.findings)) {
    const exitCode = stopExitCode(prepared.findings, prepared.profile);
    if (options.json) terminal.out(JSON.stringify(stoppedEnvelope(prepared.findings, texts, exitCode)));
    return exitCode;
  }
  const facts: SweepFacts = {
    generatedAt: clock.now(),
    baseConfig: path.basename(configFile),
    profile: options.profile,
    safetyMargin: options.safetyMargin,
    targetRate: kind.targetRate,
  };
  const { files: written } = await runSweep(
    ports,
    {
      runs: prepared.value,
      guards: kind.guards,
      outFolder: out,
      files: (swept) => kind.files(swept, facts),
    },
    onProgress,
  );
  if (options.json) terminal.out(JSON.stringify({ format_version: 'calibrate-v1', paths: written }));
  else for (const file of written) terminal.out(keyValueLine('Written', file));
  return 0;
}

/** A line for every run; its phases are not those of a certification. */
function sweepProgress(terminal: Terminal, isShown: boolean): OnProgress {
  const rest = showProgress(terminal, isShown, 'audit');
  return (progress) => {
    if (progress.kind !== 'phase') rest(progress);
    else if (isShown)
      terminal.err(
        eventLine('audit', 'EXEC', `${progress.index}/${progress.count} ${progress.title}`, terminal.style),
      );
  };
}

/** Values of an option that can be given several times. */
function eachWholeNumber(text: string, earlier: readonly number[] | undefined): readonly number[] {
  return [...(earlier ?? []), wholeNumber(text)];
}

function eachCount(text: string, earlier: readonly number[] | undefined): readonly number[] {
  return [...(earlier ?? []), countFromOne(text)];
}
