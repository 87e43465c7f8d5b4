import path from 'node:path';
import { Command, Option } from 'commander';
import { prepareCertify } from '../../certify/prepare-certify.ts';
import { type CertifyResult, runCertify } from '../../certify/run-certify.ts';
import { type Finding, hasErrors } from '../../core/findings.ts';
import { consoleLines } from '../../render/console-lines.ts';
import { deviceNames } from '../../runtime/devices.ts';
import { toolVersion } from '../../version.ts';
import { evaluationPorts } from '../evaluation-ports.ts';
import type { CliContext } from '../node-context.ts';
import { positiveNumber } from '../option-values.ts';
import { findingJson } from '../output/finding-json.ts';
import { showProgress } from '../output/show-progress.ts';
import { printFindings } from '../output/terminal.ts';
import { addVerbosity, printed, verbosityOf } from '../output/verbosity.ts';
import { readFindingTexts } from '../read-finding-texts.ts';

interface CertifyCliOptions {
  readonly config?: string;
  readonly preset?: string;
  readonly baseline?: string;
  readonly subject?: string;
  readonly adapter?: string;
  readonly device?: string;
  readonly profile?: string;
  readonly tier?: string;
  readonly out?: string;
  readonly certOut?: string;
  readonly baselineReport?: string;
  readonly editConfig?: string;
  readonly editLabel?: string;
  readonly timeout?: number;
  readonly progress?: boolean;
  readonly allowGateFailure?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** `invarlock certify [-c FILE | --preset FILE] [--baseline DIR --subject DIR] …` (spec 01 §3.3, decisions). */
export function certifyCommand(context: CliContext, settle: (exitCode: number) => void): Command {
  return addVerbosity(new Command('certify'))
    .description('Evaluate baseline and subject on the same windows and write a certificate.')
    .option('-c, --config <file>', 'config with a certify section: describes the whole certification')
    .option('--preset <file>', 'config that gives data, evaluation and guards; excludes -c')
    .option('--baseline <dir>', 'model folder of the original')
    .addOption(new Option('--source <dir>', 'same as --baseline').hideHelp())
    .option('--subject <dir>', 'model folder of the edited model')
    .addOption(new Option('--edited <dir>', 'same as --subject').hideHelp())
    .option('--baseline-report <path>', 'report of the baseline to use instead of evaluating it again')
    .option('--edit-config <file>', 'config that says how the subject was edited, laid over the other one')
    .option(
      '--edit-label <name>',
      'name of the edit in the report (default: custom, or noop for the same folder)',
    )
    .option('--adapter <name>', 'how to load the models (default auto)')
    .option('--device <name>', `where to evaluate: ${deviceNames.join(', ')} (default auto)`)
    .option('--profile <name>', 'dev, ci, ci_cpu or release (default ci)')
    .option('--tier <name>', 'conservative, balanced or aggressive (default balanced)')
    .option('--out <dir>', 'folder for the runs (default runs)')
    .option('--cert-out <dir>', 'folder for the certificate (default reports/cert)')
    .option('--allow-gate-failure', 'exit with 0 although a gate fails')
    .option('--timeout <seconds>', 'stop after so many seconds and leave nothing behind', positiveNumber)
    .option('--no-progress', 'no progress lines')
    .option('--json', 'print one JSON object with the verdict, the gates and the paths')
    .addHelpText(
      'after',
      '\nPaths in a config start at its own folder; flags win over the certify section.\n\nExit codes: 0 all gates pass, 1 a gate fails (the certificate is written), 2 configuration, usage or input,\n3 a typed stop under ci and release.\n\nExamples:\n  invarlock certify -c certify.invarlock.yaml\n  invarlock certify --preset data.yaml --baseline models/base --subject models/base-int8 --profile dev',
    )
    .action(async (options: CertifyCliOptions & { source?: string; edited?: string }) => {
      settle(await certify(context, options));
    });
}

async function certify(
  context: CliContext,
  options: CertifyCliOptions & { readonly source?: string; readonly edited?: string },
): Promise<number> {
  const { files, terminal } = context;
  const absolute = (name: string) => path.resolve(context.workingFolder, name);
  const baseline = options.baseline ?? options.source;
  const subject = options.subject ?? options.edited;
  const prepared = await prepareCertify(files, {
    workingFolder: context.workingFolder,
    environment: context.environment,
    ...(options.config === undefined ? {} : { configFile: absolute(options.config) }),
    ...(options.preset === undefined ? {} : { presetFile: absolute(options.preset) }),
    ...(baseline === undefined ? {} : { baseline }),
    ...(subject === undefined ? {} : { subject }),
    ...(options.baselineReport === undefined ? {} : { baselineReport: absolute(options.baselineReport) }),
    ...(options.editConfig === undefined ? {} : { editConfigFile: absolute(options.editConfig) }),
    ...(options.editLabel === undefined ? {} : { editLabel: options.editLabel }),
    ...(options.adapter === undefined ? {} : { adapter: options.adapter }),
    ...(options.device === undefined ? {} : { device: options.device }),
    availableMemoryBytes: process.availableMemory(),
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(options.tier === undefined ? {} : { tier: options.tier }),
    ...(options.out === undefined ? {} : { out: options.out }),
    ...(options.certOut === undefined ? {} : { certOut: options.certOut }),
  });
  const texts = await readFindingTexts(files, prepared.findings);
  const verbosity = verbosityOf(options);
  printFindings(terminal, printed(prepared.findings, verbosity), texts);
  if (!prepared.value || hasErrors(prepared.findings)) {
    const exitCode = exitCodeOf(prepared.findings);
    if (options.json) terminal.out(JSON.stringify(stopped(prepared.findings, texts, exitCode)));
    return exitCode;
  }

  const result = await runCertify(
    evaluationPorts(context, options.timeout),
    prepared.value,
    showProgress(terminal, (options.progress ?? true) && verbosity !== 'quiet'),
  );
  return report(context, options, result);
}

function report({ terminal }: CliContext, options: CertifyCliOptions, result: CertifyResult): number {
  const { view, paths, degradedReason } = result;
  if (options.json) {
    terminal.out(
      JSON.stringify({
        format_version: 'certify-v1',
        verdict: view.verdict,
        metric: view.metric,
        gates: view.gates,
        guards: view.guards,
        paths,
      }),
    );
  } else if (options.quiet) {
    for (const line of quietLines(result)) terminal.out(line);
  } else {
    for (const line of consoleLines(view)) terminal.out(line);
    terminal.out('');
    terminal.out(`report:      ${paths.subjectReport}`);
    terminal.out(`html:        ${paths.html}`);
    terminal.out(`certificate: ${paths.certificate}`);
  }
  if (degradedReason !== undefined) {
    printFindings(
      terminal,
      [
        {
          code: 'E111',
          severity: 'error',
          message: degradedMessage(degradedReason),
        },
      ],
      () => undefined,
    );
  }
  if (result.passed) return 0;
  return options.allowGateFailure ? 0 : 1;
}

/** The envelope of a certification that never started: machines get the findings too. */
function stopped(
  findings: readonly Finding[],
  texts: (file: string) => string | undefined,
  exitCode: number,
) {
  return {
    format_version: 'certify-v1',
    verdict: null,
    findings: findings.map((finding) => findingJson(finding, texts)),
    resolution: { exit_code: exitCode },
  };
}

/** Quiet mode: five lines (spec 01 §3.3, step 14). */
function quietLines({ view, paths }: CertifyResult): string[] {
  const fact = (label: string) => view.facts.find((row) => row.label === label)?.value ?? '';
  const decided = view.gates.filter(({ status }) => ['pass', 'fail', 'warn'].includes(status));
  const passed = decided.filter(({ status }) => status !== 'fail').length;
  const interval = view.metric.interval?.map((bound) => bound.toFixed(4)).join(' to ');
  return [
    `invarlock ${toolVersion}`,
    `models: ${fact('Baseline')} → ${fact('Subject')}`,
    `status: ${view.verdict} (${passed}/${decided.length} gates)`,
    `ratio: ${view.metric.ratio?.toFixed(4) ?? 'not finite'}${interval === undefined ? '' : ` (${interval})`}`,
    `certificate: ${paths.certificate}`,
  ];
}

/** A typed stop of the strict profiles is 3; anything else about configuration, usage or input is 2 (decisions). */
function exitCodeOf(findings: readonly Finding[]): number {
  return findings.some(({ code }) => code === 'U708') ? 3 : 2;
}

function degradedMessage(reason: string): string {
  const why =
    reason === 'non_finite_pm' || reason === 'non_finite_delta'
      ? 'Look for NaN or infinite weights in the edited model.'
      : 'There are too few windows, or they all give the same loss.';
  return `The primary metric of the subject is not usable (${reason}). ${why}`;
}
