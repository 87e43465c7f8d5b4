import path from 'node:path';
import { Command, Option } from 'commander';
import { certificateOfReports } from '../../certify/certificate-of-reports.ts';
import { writeBuiltCertificate } from '../../certify/write-certificate.ts';
import type { Finding } from '../../core/findings.ts';
import { consoleLines } from '../../render/console-lines.ts';
import { renderReportHtml, renderReportMarkdown } from '../../render/run-report-pages.ts';
import { runReportView } from '../../render/run-report-view.ts';
import type { RunReport } from '../../report/run-report.ts';
import type { CliContext } from '../node-context.ts';
import { printFindings } from '../output/terminal.ts';
import {
  addVerbosity,
  shownFindings,
  type Verbosity,
  type VerbosityOptions,
  verbosityOf,
} from '../output/verbosity.ts';
import { type JsonFile, readRunReport } from '../read-evidence.ts';
import { readFindingTexts } from '../read-finding-texts.ts';
import { standardJson } from '../standard-json.ts';
import { writeArtifact } from '../write-artifact.ts';
import { reportCompareCommand } from './report-compare.ts';
import { reportExplainCommand } from './report-explain.ts';
import { reportHtmlCommand } from './report-html.ts';
import { reportValidateCommand } from './report-validate.ts';
import { verifyCommand } from './verify.ts';

type Format = 'json' | 'md' | 'markdown' | 'html' | 'cert' | 'all';

interface ReportCliOptions extends VerbosityOptions {
  readonly run?: string;
  readonly format: Format;
  readonly baseline?: string;
  readonly output?: string;
}

type ReadReport = JsonFile & { readonly report: RunReport };

/** `invarlock report --run PATH …` and its subcommands (spec 01 §3.6, spec 04 §4.2 to §4.8). */
export function reportCommand(context: CliContext, settle: (exitCode: number) => void): Command {
  const command = new Command('report')
    .description('Write a run report in other forms; explain, check and compare evidence.')
    .option('--run <path>', 'report.json, its folder, or the folder of the runs (the newest counts)')
    .addOption(
      new Option('--format <f>', 'what to write; all is json, markdown and html, and cert with --baseline')
        .choices(['json', 'md', 'markdown', 'html', 'cert', 'all'])
        .default('json'),
    )
    .option('--baseline <path>', "the baseline's report, for a certificate")
    .option('-o, --output <dir>', 'folder to write to (default reports_<name of the run>)')
    .addHelpText(
      'after',
      '\nExit codes: 0 written, 1 a file cannot be read or written, or a gate of the certificate fails, 2 usage.\n\nExamples:\n  invarlock report --run runs/edited --format html\n  invarlock report --run runs/edited --baseline runs/source --format cert -o reports/cert\n  invarlock report explain --report runs/edited --baseline runs/source',
    )
    .action(async (options: ReportCliOptions) => settle(await report(context, options)));
  addVerbosity(command);
  for (const add of [
    verifyCommand,
    reportExplainCommand,
    reportHtmlCommand,
    reportValidateCommand,
    reportCompareCommand,
  ]) {
    command.addCommand(add(context, settle));
  }
  return command;
}

async function report(context: CliContext, options: ReportCliOptions): Promise<number> {
  const { files, terminal, workingFolder } = context;
  const verbosity = verbosityOf(options);
  const print = async (findings: readonly Finding[]) =>
    printFindings(terminal, shownFindings(findings, verbosity), await readFindingTexts(files, findings));
  const usage = usageProblem(options);
  if (usage) {
    await print([usage.finding]);
    return usage.exitCode;
  }
  const subject = await readRunReport(files, path.resolve(workingFolder, options.run ?? ''), 'edited');
  await print(subject.findings);
  if (!subject.value) return 1;
  const folder = path.resolve(workingFolder, options.output ?? `reports_${nameOf(subject.value.file)}`);
  for (const [name, text] of renderings(options.format, subject.value)) {
    const file = path.join(folder, name);
    await writeArtifact(files, file, text);
    if (verbosity !== 'quiet') terminal.out(`report: ${file}`);
  }
  if (options.baseline === undefined) return 0;
  const baseline = await readRunReport(files, path.resolve(workingFolder, options.baseline), 'source');
  await print(baseline.findings);
  if (!baseline.value) return 1;
  return certificate(context, { subject: subject.value, baseline: baseline.value, folder, verbosity, print });
}

async function certificate(
  { files, clock, terminal, environment }: CliContext,
  request: {
    readonly subject: ReadReport;
    readonly baseline: ReadReport;
    readonly folder: string;
    readonly verbosity: Verbosity;
    readonly print: (findings: readonly Finding[]) => Promise<void>;
  },
): Promise<number> {
  const { subject, baseline, folder, verbosity } = request;
  const generatedAt = clock.now();
  const built = certificateOfReports(
    {
      subject: subject.report,
      baseline: baseline.report,
      subjectReportPath: subject.file,
      baselineReportPath: baseline.file,
      environment,
    },
    generatedAt,
  );
  await request.print(built.findings);
  if (!built.value) return 1;
  const profile = subject.report.context?.profile ?? 'dev';
  const { view, paths, commit } = await writeBuiltCertificate(files, built.value, {
    folder,
    profile,
    generatedAt,
  });
  await commit();
  if (verbosity !== 'quiet') {
    for (const line of consoleLines(view)) terminal.out(line);
    terminal.out('');
    for (const [name, file] of Object.entries(paths)) terminal.out(`${`${name}:`.padEnd(13)}${file}`);
  }
  return view.verdict === 'PASS' ? 0 : 1;
}

/** Without `--run` there is nothing to do; without a baseline there is nothing to certify against (spec 04 §4.4). */
function usageProblem({
  run,
  format,
  baseline,
}: ReportCliOptions): { readonly finding: Finding; readonly exitCode: number } | undefined {
  const problem = (code: 'U701' | 'U702', exitCode: number, message: string) => ({
    finding: { code, severity: 'error', message } as const,
    exitCode,
  });
  if (run === undefined)
    return problem('U701', 2, 'Name a run with --run, or use a subcommand: see report --help.');
  if (format === 'cert' && baseline === undefined)
    return problem('U701', 1, 'A certificate compares with a baseline: name its report with --baseline.');
  if (baseline !== undefined && format !== 'cert' && format !== 'all')
    return problem('U702', 2, `--baseline makes a certificate, which --format ${format} does not write.`);
  return undefined;
}

function renderings(format: Format, run: ReadReport): (readonly [string, string])[] {
  const view = runReportView(run.value);
  const json = ['evaluation.json', standardJson(run)] as const;
  const markdown = ['evaluation.md', renderReportMarkdown(view)] as const;
  const html = ['evaluation.html', renderReportHtml(view)] as const;
  switch (format) {
    case 'json':
      return [json];
    case 'md':
    case 'markdown':
      return [markdown];
    case 'html':
      return [html];
    case 'cert':
      return [];
    case 'all':
      return [json, markdown, html];
  }
}

/** The folder of a run is its name; a report by another name is its own. */
function nameOf(file: string): string {
  const stem = path.basename(file, path.extname(file));
  return stem === 'report' ? path.basename(path.dirname(file)) : stem;
}
