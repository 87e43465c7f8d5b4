import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { InvarLockError } from '../../core/errors.ts';
import { humanLines } from '../../verify/human-lines.ts';
import { unreadableResult } from '../../verify/unreadable-result.ts';
import { type VerifyResult, verifyCertificate } from '../../verify/verify-certificate.ts';
import { verifyEnvelope } from '../../verify/verify-envelope.ts';
import type { CliContext } from '../node-context.ts';
import { addVerbosity, type VerbosityOptions, verbosityOf } from '../output/verbosity.ts';
import { readTextFile } from '../read-text-file.ts';

interface VerifyOptions extends VerbosityOptions {
  readonly baseline?: string;
  readonly tolerance: number;
  readonly profile: 'dev' | 'ci' | 'ci_cpu' | 'release';
  readonly json?: boolean;
}

/** `invarlock verify CERT… [--baseline FILE] [--tolerance X] [--profile P] [--json]` (spec 04 §4.1). */
export function verifyCommand(context: CliContext, settle: (exitCode: number) => void): Command {
  const command = new Command('verify')
    .description('Check certificates again: schema, pairing, ratio, interval, gates and digests.')
    .argument('<certificate...>', 'certificate files')
    .option('--baseline <file>', 'baseline report or certificate whose digests must match')
    .option('--tolerance <x>', 'allowed difference of recomputed numbers', tolerance, 1e-9)
    .addOption(
      new Option('--profile <p>', 'how strict to be')
        .choices(['dev', 'ci', 'ci_cpu', 'release'])
        .default('dev'),
    )
    .option('--json', 'print one verify-v1 JSON object')
    .addHelpText(
      'after',
      '\nExit codes: 0 all pass, 1 a finding or a failed gate, 2 malformed, 3 a typed error under ci and release.\n\nExample:\n  invarlock verify reports/cert/evaluation.cert.json --profile ci',
    )
    .action(async (certificates: readonly string[], options: VerifyOptions) => {
      const read = (file: string) => readTextFile(context.files, path.resolve(context.workingFolder, file));
      const baselineText = options.baseline === undefined ? undefined : await read(options.baseline);
      const results: VerifyResult[] = [];
      for (const file of certificates) {
        try {
          const text = await read(file);
          results.push(
            verifyCertificate(text, {
              file,
              profile: options.profile,
              tolerance: options.tolerance,
              ...(baselineText === undefined ? {} : { baselineText }),
            }),
          );
        } catch (error) {
          if (!(error instanceof InvarLockError)) throw error;
          // One file that cannot be read must not hide what the others gave.
          const { code, message } = error;
          results.push(unreadableResult(file, [{ code, severity: 'error', message, file }]));
        }
      }
      if (options.json) context.terminal.out(verifyEnvelope(results, { now: context.clock.now() }));
      else for (const line of humanLines(results, verbosityOf(options))) context.terminal.out(line);
      settle(Math.max(...results.map(({ exitCode }) => exitCode)));
    });
  return addVerbosity(command);
}

function tolerance(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError('It must be a number that is not negative.');
  }
  return value;
}
