import path from 'node:path';
import { Command } from 'commander';
import { type Finding, hasErrors } from '../../core/findings.ts';
import { certificateView } from '../../render/certificate-view.ts';
import { renderHtml } from '../../render/html.ts';
import { verifyCertificate } from '../../verify/verify-certificate.ts';
import type { CliContext } from '../node-context.ts';
import { printFindings } from '../output/terminal.ts';
import { addVerbosity, shownFindings, type VerbosityOptions, verbosityOf } from '../output/verbosity.ts';
import { readJsonFile } from '../read-evidence.ts';
import { readFindingTexts } from '../read-finding-texts.ts';
import { writeArtifact } from '../write-artifact.ts';

interface HtmlCliOptions extends VerbosityOptions {
  readonly input: string;
  readonly output: string;
  readonly force?: boolean;
  readonly embedCss: boolean;
}

/** `invarlock report html -i CERT -o FILE [--force] [--no-embed-css]` (spec 04 §4.8). */
export function reportHtmlCommand(context: CliContext, settle: (exitCode: number) => void): Command {
  const command = new Command('html')
    .description('Write a certificate as one HTML page that needs no other file.')
    .requiredOption('-i, --input <file>', 'certificate')
    .requiredOption('-o, --output <file>', 'page to write')
    .option('--force', 'overwrite the page when it exists')
    .option('--no-embed-css', 'leave the style out, for pages that bring their own')
    .addHelpText(
      'after',
      '\nThe page shows what verify finds in the certificate.\n\nExit codes: 0 written, 1 the output exists or a file cannot be read or written, 2 the certificate is invalid.\n\nExample:\n  invarlock report html -i reports/cert/evaluation.cert.json -o certificate.html',
    )
    .action(async (options: HtmlCliOptions) => settle(await writePage(context, options)));
  return addVerbosity(command);
}

async function writePage(context: CliContext, options: HtmlCliOptions): Promise<number> {
  const { files, terminal } = context;
  const input = path.resolve(context.workingFolder, options.input);
  const output = path.resolve(context.workingFolder, options.output);
  const verbosity = verbosityOf(options);
  const print = async (findings: readonly Finding[]) =>
    printFindings(terminal, shownFindings(findings, verbosity), await readFindingTexts(files, findings));
  const { value: certificate, findings } = await readJsonFile(files, input);
  if (!certificate) {
    await print(findings);
    return 1;
  }
  const verified = verifyCertificate(certificate.text, { profile: 'dev', file: input });
  if (verified.reason === 'malformed') {
    await print(verified.findings.filter(({ severity }) => severity === 'error'));
    return 2;
  }
  if (!options.force && (await files.facts(output)) !== undefined) {
    const message = `${output} exists already. Use --force to overwrite it.`;
    await print([{ code: 'U704', severity: 'error', message }]);
    return 1;
  }
  const view = certificateView(certificate.value, { findings: verified.findings });
  await writeArtifact(files, output, renderHtml(view, { embedStyle: options.embedCss }));
  if (verbosity !== 'quiet') terminal.out(`html: ${output}`);
  if (hasErrors(verified.findings) && verbosity !== 'quiet')
    terminal.err('The page shows errors that verify finds in the certificate.');
  return 0;
}
