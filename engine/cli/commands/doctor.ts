import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { docsUrl } from '../../codes/index.ts';
import { type Finding, hasErrors } from '../../core/findings.ts';
import { lineAndColumn } from '../../core/line-and-column.ts';
import { runDoctor } from '../../doctor/run-doctor.ts';
import { startEngine } from '../../runtime/start-engine.ts';
import type { CliContext } from '../node-context.ts';
import { findingLine } from '../output/terminal.ts';
import { readFindingTexts } from '../read-finding-texts.ts';

interface DoctorOptions {
  readonly config?: string;
  readonly profile?: string;
  readonly tier?: string;
  readonly json?: boolean;
}

/** `invarlock doctor [-c FILE] [--profile P] [--tier T] [--json]` (spec 01 §4). */
export function doctorCommand(context: CliContext, settle: (exitCode: number) => void): Command {
  return new Command('doctor')
    .description('Check this machine and, with -c, everything that certify would check before it evaluates.')
    .option('-c, --config <file>', 'config with a certify section')
    .option('--profile <name>', "profile to check for (default: the config's)")
    .option('--tier <name>', "tier to check for (default: the config's)")
    .option('--json', 'print one doctor-v1 JSON object')
    .addHelpText(
      'after',
      '\nExit codes: 0 healthy, 1 an error was found.\n\nExample:\n  invarlock doctor -c certify.invarlock.yaml',
    )
    .action(async (options: DoctorOptions) => {
      const findings = await runDoctor({
        files: context.files,
        environment: context.environment,
        nodeVersion: process.versions.node,
        workingFolder: context.workingFolder,
        startRuntime: () => startEngine({ childPath: context.childPath, threads: availableParallelism() }),
        ...(options.config === undefined
          ? {}
          : {
              certify: {
                configFile: path.resolve(context.workingFolder, options.config),
                workingFolder: context.workingFolder,
                environment: context.environment,
                ...(options.profile === undefined ? {} : { profile: options.profile }),
                ...(options.tier === undefined ? {} : { tier: options.tier }),
              },
            }),
      });
      const texts = await readFindingTexts(context.files, findings);
      const exitCode = hasErrors(findings) ? 1 : 0;
      if (options.json) context.terminal.out(JSON.stringify(envelope(findings, texts, options, exitCode)));
      else printHuman(context, findings, texts);
      settle(exitCode);
    });
}

function printHuman(
  { terminal }: CliContext,
  findings: readonly Finding[],
  texts: (file: string) => string | undefined,
): void {
  for (const finding of findings) terminal.out(findingLine(finding, texts, terminal.style));
  const count = (severity: Finding['severity']) =>
    findings.filter((finding) => finding.severity === severity).length;
  const errors = count('error');
  terminal.out(
    errors === 0
      ? `${terminal.style.good('healthy')}: no errors, ${count('warning')} warnings`
      : `${terminal.style.bad('not healthy')}: ${errors} errors, ${count('warning')} warnings`,
  );
}

/** The `doctor-v1` envelope (spec 01 §4.2), with the place and the page of every finding. */
function envelope(
  findings: readonly Finding[],
  texts: (file: string) => string | undefined,
  options: DoctorOptions,
  exitCode: number,
) {
  const count = (severity: Finding['severity']) =>
    findings.filter((finding) => finding.severity === severity).length;
  return {
    format_version: 'doctor-v1',
    summary: { errors: count('error'), warnings: count('warning'), notes: count('note') },
    policy: { tier: options.tier ?? 'balanced' },
    findings: findings.map((finding) => {
      const text = finding.file === undefined ? undefined : texts(finding.file);
      const place =
        text !== undefined && finding.range ? lineAndColumn(text, finding.range.start) : undefined;
      const end = text !== undefined && finding.range ? lineAndColumn(text, finding.range.end) : undefined;
      return {
        code: finding.code,
        severity: finding.severity,
        message: finding.message,
        field: finding.pointer ? finding.pointer.slice(1).replaceAll('/', '.') : null,
        file: finding.file ?? null,
        range: place && end ? { start: place, end } : null,
        docs: docsUrl(finding.code),
      };
    }),
    resolution: { exit_code: exitCode },
  };
}
