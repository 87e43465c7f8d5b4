import path from 'node:path';
import { Command, Option } from 'commander';
import { prepareCertificateSchema } from '../../certificate/certificate-schema.ts';
import { type CertifyPlan, prepareCertify } from '../../certify/prepare-certify.ts';
import type { Prepared } from '../../certify/prepared.ts';
import { type CertifyResult, runCertify } from '../../certify/run-certify.ts';
import { checkShardable } from '../../certify/shard/check-shardable.ts';
import { runShard } from '../../certify/shard/run-shard.ts';
import type { Shard } from '../../certify/shard/shard-part.ts';
import { stopExitCode } from '../../certify/stop-exit-code.ts';
import type { FlagValue } from '../../config/layers/layer-config.ts';
import { hasErrors } from '../../core/findings.ts';
import { isTruthy } from '../../core/is-truthy.ts';
import type { Hub } from '../../hub/hub-ports.ts';
import { deviceNames } from '../../runtime/devices.ts';
import { engineMemoryBytes } from '../../runtime/engine-memory.ts';
import { commandHub } from '../command-hub.ts';
import { addEvaluationOptions, type EvaluationOptions, evaluationFlags } from '../evaluation-options.ts';
import { evaluationPorts } from '../evaluation-ports.ts';
import type { CliContext } from '../node-context.ts';
import { partOfSeveral, positiveNumber } from '../option-values.ts';
import { bannerLines } from '../output/banner.ts';
import { degradedFinding, printCertified, stoppedEnvelope } from '../output/certify-output.ts';
import { eventLine, keyValueLine, type OutputStyle, styleOption } from '../output/output-style.ts';
import { phaseTiming } from '../output/phase-timing.ts';
import { showProgress } from '../output/show-progress.ts';
import { telemetryLine } from '../output/telemetry-line.ts';
import { printFindings, type Terminal } from '../output/terminal.ts';
import { addVerbosity, printed, type VerbosityOptions, verbosityOf } from '../output/verbosity.ts';
import { readFindingTexts } from '../read-finding-texts.ts';

interface CertifyCliOptions extends EvaluationOptions, VerbosityOptions {
  readonly config?: string;
  readonly preset?: string;
  readonly baseline?: string;
  readonly source?: string;
  readonly subject?: string;
  readonly edited?: string;
  readonly adapter?: string;
  readonly device?: string;
  readonly profile?: string;
  readonly tier?: string;
  readonly out?: string;
  readonly certOut?: string;
  readonly baselineReport?: string;
  readonly editConfig?: string;
  readonly shard?: Shard;
  /** False: `--no-divergence`. */
  readonly divergence?: boolean;
  readonly noiseFloor?: boolean;
  readonly noiseFloorDevice?: string;
  readonly timeout?: number;
  readonly style?: OutputStyle;
  readonly timing?: boolean;
  readonly banner?: boolean;
  readonly progress?: boolean;
  readonly allowGateFailure?: boolean;
  readonly json?: boolean;
}

/** `invarlock certify [-c FILE | --preset FILE] [--baseline DIR --subject DIR | --edit KIND] …` (spec 01 §3.3, decisions). */
export function certifyCommand(context: CliContext, settle: (exitCode: number) => void): Command {
  const command = addVerbosity(new Command('certify'))
    .description('Evaluate baseline and subject on the same windows and write a certificate.')
    .option('-c, --config <file>', 'config with a certify section: describes the whole certification')
    .option('--preset <file>', 'config that gives data, evaluation and guards; excludes -c')
    .option(
      '--baseline <dir>',
      'model of the original: a folder, or an id on the Hugging Face Hub (org/name@revision)',
    )
    .addOption(new Option('--source <dir>', 'same as --baseline').hideHelp())
    .option('--subject <dir>', 'edited model: a folder, or an id on the Hugging Face Hub')
    .addOption(new Option('--edited <dir>', 'same as --subject').hideHelp())
    .option('--baseline-report <path>', 'report of the baseline to use instead of evaluating it again')
    .option('--edit-config <file>', 'config that says how the subject was edited, laid over the other one')
    .option(
      '--edit-label <name>',
      'name of the edit in the report (default: that of --edit, else custom, or noop for the same folder)',
    );
  return addEvaluationOptions(command)
    .option('--adapter <name>', 'how to load the models (default auto)')
    .option('--device <name>', `where to evaluate: ${deviceNames.join(', ')} (default auto)`)
    .option('--profile <name>', 'dev, ci, ci_cpu, release, or one of INVARLOCK_CONFIG_ROOT (default ci)')
    .option('--tier <name>', 'conservative, balanced or aggressive (default balanced)')
    .option('--out <dir>', 'folder for the runs (default runs)')
    .option('--cert-out <dir>', 'folder for the certificate (default reports/cert)')
    .option('--no-divergence', 'do not compare what both models predict, token by token')
    .option(
      '--noise-floor',
      'evaluate the baseline twice, on another number of threads, and say how much of the result is noise',
    )
    .option('--noise-floor-device <name>', 'the same, the second time on this device')
    .option(
      '--shard <i/n>',
      'evaluate part i of n of the windows and write its file to --out; `invarlock merge` joins the parts',
      partOfSeveral,
    )
    .option('--allow-gate-failure', 'exit with 0 although a gate fails')
    .option('--timeout <seconds>', 'stop after so many seconds and leave nothing behind', positiveNumber)
    .addOption(styleOption('audit'))
    .option('--timing', 'say how long each step took')
    .option('--banner', 'a head with version, profile, tier and adapter (default)')
    .option('--no-banner', 'no head')
    .option('--progress', 'progress lines (default)')
    .option('--no-progress', 'no progress lines')
    .option('--json', 'print one JSON object with the verdict, the gates and the paths')
    .addHelpText(
      'after',
      '\nPaths in a config start at its own folder; flags win over the certify section.\nWith --edit the subject is made from the baseline, in the folder of its run.\n\nExit codes: 0 all gates pass, 1 a gate fails (the certificate is written) or the run itself failed (nothing is\nwritten), 2 configuration, usage or input, 3 a typed stop under ci and release.\n\nExamples:\n  invarlock certify -c certify.invarlock.yaml\n  invarlock certify --preset data.yaml --baseline models/base --subject models/base-int8 --profile dev\n  invarlock certify -c certify.invarlock.yaml --edit quant_rtn --style friendly --timing',
    )
    .action(async (options: CertifyCliOptions) => settle(await certify(context, options)));
}

async function certify(context: CliContext, options: CertifyCliOptions): Promise<number> {
  const { files, terminal, clock } = context;
  const startedMs = clock.monotonicMs();
  const verbosity = verbosityOf(options);
  const style = options.style ?? 'audit';
  const isQuiet = verbosity === 'quiet';
  const isShown = (options.progress ?? true) && !isQuiet;
  const onProgress = showProgress(terminal, isShown, style);
  const prepared = asShard(await prepare(context, options, commandHub(context, onProgress)), options.shard);
  const texts = await readFindingTexts(files, prepared.findings);
  printFindings(terminal, printed(prepared.findings, verbosity), texts);
  if (!prepared.value || hasErrors(prepared.findings)) {
    const exitCode = stopExitCode(prepared.findings, prepared.profile);
    if (options.json) terminal.out(JSON.stringify(stoppedEnvelope(prepared.findings, texts, exitCode)));
    return exitCode;
  }
  const plan = prepared.value;
  if ((options.banner ?? true) && !isQuiet && !options.json) printBanner(context, plan, style);
  if (options.shard) {
    const file = await runShard(evaluationPorts(context, options.timeout), plan, options.shard, onProgress);
    printShard(terminal, options.shard, file, options);
    return 0;
  }
  const timing = phaseTiming(
    clock,
    startedMs,
    ['Baseline', 'Subject', 'Certificate'],
    onProgress,
    ({ name, seconds }) => {
      if (!isShown) return;
      terminal.err(eventLine(style, 'EXEC', `${name} done (${seconds.toFixed(2)}s)`, terminal.style));
    },
  );
  const result = await runCertify(
    evaluationPorts(context, options.timeout, prepareCertificateSchema),
    plan,
    timing.onProgress,
  );
  const finished = timing.finish();
  printCertified(terminal, result, {
    style,
    verbosity,
    json: options.json === true,
    timing: options.timing && !isQuiet ? finished : undefined,
  });
  await printTelemetry(context, result);
  if (result.degradedReason !== undefined)
    printFindings(terminal, [degradedFinding(result.degradedReason)], () => undefined);
  if (result.passed) return 0;
  return options.allowGateFailure ? 0 : 1;
}

function prepare(context: CliContext, options: CertifyCliOptions, hub: Hub) {
  const absolute = (name: string) => path.resolve(context.workingFolder, name);
  const baseline = options.baseline ?? options.source;
  const subject = options.subject ?? options.edited;
  return prepareCertify(context.files, {
    hub,
    workingFolder: context.workingFolder,
    environment: context.environment,
    ...(options.config === undefined ? {} : { configFile: absolute(options.config) }),
    ...(options.preset === undefined ? {} : { presetFile: absolute(options.preset) }),
    ...(baseline === undefined ? {} : { baseline }),
    ...(subject === undefined ? {} : { subject }),
    ...(options.baselineReport === undefined ? {} : { baselineReport: absolute(options.baselineReport) }),
    ...(options.edit === undefined ? {} : { edit: options.edit }),
    ...(options.editConfig === undefined ? {} : { editConfigFile: absolute(options.editConfig) }),
    ...(options.editLabel === undefined ? {} : { editLabel: options.editLabel }),
    ...(options.adapter === undefined ? {} : { adapter: options.adapter }),
    ...(options.device === undefined ? {} : { device: options.device }),
    flags: [...evaluationFlags(options), ...divergenceFlags(options), ...noiseFloorFlags(options)],
    availableMemoryBytes: engineMemoryBytes(),
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(options.tier === undefined ? {} : { tier: options.tier }),
    ...(options.out === undefined ? {} : { out: options.out }),
    ...(options.certOut === undefined ? {} : { certOut: options.certOut }),
  });
}

/** With what stands in the way of evaluating a part alone. */
function asShard(prepared: Prepared<CertifyPlan>, shard: Shard | undefined): Prepared<CertifyPlan> {
  if (!shard || !prepared.value) return prepared;
  return { ...prepared, findings: [...prepared.findings, ...checkShardable(prepared.value, shard)] };
}

function printShard(terminal: Terminal, shard: Shard, file: string, { json }: CertifyCliOptions): void {
  if (json) terminal.out(JSON.stringify({ format_version: 'certify-v1', shard, paths: { part: file } }));
  else terminal.out(keyValueLine(`Part ${shard.index} of ${shard.count}`, file));
}

function divergenceFlags({ divergence }: CertifyCliOptions): readonly FlagValue[] {
  return divergence === false ? [{ flag: '--no-divergence', pointer: '/eval/divergence', value: false }] : [];
}

function noiseFloorFlags({ noiseFloor, noiseFloorDevice }: CertifyCliOptions): readonly FlagValue[] {
  return [
    ...(noiseFloor ? [{ flag: '--noise-floor', pointer: '/eval/noise_floor', value: true }] : []),
    ...(noiseFloorDevice === undefined
      ? []
      : [
          {
            flag: '--noise-floor-device',
            pointer: '/eval/noise_floor_device',
            value: noiseFloorDevice,
          },
        ]),
  ];
}

function printBanner({ terminal }: CliContext, { settings, request }: CertifyPlan, style: OutputStyle): void {
  const { profile, tier } = settings;
  const facts = { profile, tier, adapter: request.adapter.value };
  for (const line of bannerLines(facts, style)) terminal.err(terminal.style.bold(line));
}

/** INVARLOCK_TELEMETRY: one line per certificate, and only one. */
async function printTelemetry({ environment, files, terminal }: CliContext, { paths }: CertifyResult) {
  if (!isTruthy(environment.INVARLOCK_TELEMETRY)) return;
  const text = new TextDecoder().decode(await files.readBytes(paths.certificate));
  terminal.err(telemetryLine(JSON.parse(text)));
}
