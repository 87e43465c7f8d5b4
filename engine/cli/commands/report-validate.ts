import path from 'node:path';
import { Command } from 'commander';
import { type Finding, hasErrors } from '../../core/findings.ts';
import { rangeAt } from '../../core/json-node.ts';
import { checkSchema } from '../../verify/checks/schema.ts';
import type { CliContext } from '../node-context.ts';
import { printFindings } from '../output/terminal.ts';
import { addVerbosity, shownFindings, type VerbosityOptions, verbosityOf } from '../output/verbosity.ts';
import { readJsonFile } from '../read-evidence.ts';
import { readFindingTexts } from '../read-finding-texts.ts';

interface ValidateCliOptions extends VerbosityOptions {
  readonly json?: boolean;
}

/** `invarlock report validate CERT [--json]`: the schema alone; `verify` checks what it says (spec 04 §4.3). */
export function reportValidateCommand(context: CliContext, settle: (exitCode: number) => void): Command {
  const command = new Command('validate')
    .description('Check a certificate against its schema, and nothing else.')
    .argument('<certificate>', 'certificate')
    .option('--json', 'print one validate-v1 JSON object')
    .addHelpText(
      'after',
      '\nFiles of the Python tool deviate from the schema in known ways; that is a warning.\n\nExit codes: 0 valid, 1 unreadable, 2 invalid.\n\nExample:\n  invarlock report validate reports/cert/evaluation.cert.json',
    )
    .action(async (certificate: string, options: ValidateCliOptions) =>
      settle(await validate(context, certificate, options)),
    );
  return addVerbosity(command);
}

async function validate(context: CliContext, named: string, options: ValidateCliOptions): Promise<number> {
  const { files, terminal } = context;
  const file = path.resolve(context.workingFolder, named);
  const verbosity = verbosityOf(options);
  const read = await readJsonFile(files, file);
  const { value } = read;
  const schema = value
    ? checkSchema({ certificate: value.value }).map((finding) => ({
        ...finding,
        file,
        range: rangeAt(value.root, finding.pointer ?? ''),
      }))
    : [];
  const findings: readonly Finding[] = [...read.findings, ...schema];
  const exitCode = !value ? 1 : hasErrors(findings) ? 2 : 0;
  if (options.json) {
    terminal.out(
      JSON.stringify({
        format_version: 'validate-v1',
        file: named,
        ok: exitCode === 0,
        deviations: schema.length,
        findings: findings.map(({ code, severity, message, pointer }) => ({
          code,
          severity,
          path: pointer ?? '',
          message,
        })),
        resolution: { exit_code: exitCode },
      }),
    );
    return exitCode;
  }
  printFindings(terminal, shownFindings(findings, verbosity), await readFindingTexts(files, findings));
  if (exitCode === 0 && verbosity !== 'quiet') {
    const note = schema.length === 0 ? '' : `, accepted with ${schema.length} deviations from the schema`;
    terminal.out(`valid: ${named}${note}`);
  }
  return exitCode;
}
