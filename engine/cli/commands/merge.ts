import path from 'node:path';
import { Command } from 'commander';
import { prepareMerge, runMerge } from '../../certify/shard/run-merge.ts';
import type { CliContext } from '../node-context.ts';
import { degradedFinding, printCertified, stoppedEnvelope } from '../output/certify-output.ts';
import { type OutputStyle, styleOption } from '../output/output-style.ts';
import { printFindings } from '../output/terminal.ts';
import { addVerbosity, printed, type VerbosityOptions, verbosityOf } from '../output/verbosity.ts';

interface MergeOptions extends VerbosityOptions {
  readonly out: string;
  readonly certOut: string;
  readonly style?: OutputStyle;
  readonly allowGateFailure?: boolean;
  readonly json?: boolean;
}

/** `invarlock merge PART… [--out DIR] [--cert-out DIR]`: the parts of `certify --shard` as one certification. */
export function mergeCommand(context: CliContext, settle: (exitCode: number) => void): Command {
  return addVerbosity(new Command('merge'))
    .description('Join the parts that certify --shard wrote into reports and a certificate.')
    .argument('<part...>', 'files of all parts, in any order')
    .option('--out <dir>', 'folder for the runs', 'runs')
    .option('--cert-out <dir>', 'folder for the certificate', 'reports/cert')
    .option('--allow-gate-failure', 'exit with 0 although a gate fails')
    .addOption(styleOption('audit'))
    .option('--json', 'print one JSON object with the verdict, the gates and the paths')
    .addHelpText(
      'after',
      '\nThe certificate is the same as one run would have written, but for times, hosts and paths.\n\nExit codes: 0 all gates pass, 1 a gate fails (the certificate is written), 2 the parts do not make one whole\n(nothing is written).\n\nExample:\n  invarlock merge parts/part-*.json --out runs --cert-out reports/cert',
    )
    .action(async (parts: readonly string[], options: MergeOptions) =>
      settle(await merge(context, parts, options)),
    );
}

async function merge(context: CliContext, names: readonly string[], options: MergeOptions): Promise<number> {
  const { files, terminal } = context;
  const absolute = (name: string) => path.resolve(context.workingFolder, name);
  const request = {
    parts: names.map(absolute),
    out: absolute(options.out),
    certOut: absolute(options.certOut),
  };
  const verbosity = verbosityOf(options);
  const texts = () => undefined;
  const prepared = await prepareMerge(files, request);
  printFindings(terminal, printed(prepared.findings, verbosity), texts);
  if (!prepared.value) {
    if (options.json) terminal.out(JSON.stringify(stoppedEnvelope(prepared.findings, texts, 2)));
    return 2;
  }
  const result = await runMerge(context, prepared.value, request);
  const json = options.json === true;
  printCertified(terminal, result, { style: options.style ?? 'audit', verbosity, json, timing: undefined });
  if (result.degradedReason !== undefined)
    printFindings(terminal, [degradedFinding(result.degradedReason)], texts);
  return result.passed || options.allowGateFailure ? 0 : 1;
}
