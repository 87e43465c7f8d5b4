import path from 'node:path';
import { Command } from 'commander';
import { certificateOfReports } from '../../certify/certificate-of-reports.ts';
import type { Finding } from '../../core/findings.ts';
import { explainCertificate } from '../../explain/explain-certificate.ts';
import { explanationLines } from '../../explain/explanation-lines.ts';
import type { RunReport } from '../../report/run-report.ts';
import type { CliContext } from '../node-context.ts';
import { printFindings } from '../output/terminal.ts';
import { addVerbosity, shownFindings, type VerbosityOptions, verbosityOf } from '../output/verbosity.ts';
import { readRunReport } from '../read-evidence.ts';
import { readFindingTexts } from '../read-finding-texts.ts';

interface ExplainCliOptions extends VerbosityOptions {
  readonly report: string;
  readonly baseline: string;
  readonly json?: boolean;
}

/** `invarlock report explain --report R --baseline B [--json]` (spec 04 §4.6). */
export function reportExplainCommand(context: CliContext, settle: (exitCode: number) => void): Command {
  const command = new Command('explain')
    .description('Explain each gate: what was measured, what it was compared with, why, and what to do.')
    .requiredOption('--report <path>', "the subject's report.json, its folder, or the folder of the runs")
    .requiredOption('--baseline <path>', "the baseline's report.json, its folder, or the folder of the runs")
    .option('--json', 'print one explain-v1 JSON object')
    .addHelpText(
      'after',
      '\nExit codes: 0 explained, whatever the gates say, 1 a report is missing or cannot be certified, 2 usage.\n\nExample:\n  invarlock report explain --report runs/edited --baseline runs/source',
    )
    .action(async (options: ExplainCliOptions) => settle(await explain(context, options)));
  return addVerbosity(command);
}

async function explain(context: CliContext, options: ExplainCliOptions): Promise<number> {
  const { files, terminal } = context;
  const absolute = (name: string) => path.resolve(context.workingFolder, name);
  const subject = await readRunReport(files, absolute(options.report), 'edited');
  const baseline = await readRunReport(files, absolute(options.baseline), 'source');
  const findings: Finding[] = [...subject.findings, ...baseline.findings];
  const verbosity = verbosityOf(options);
  const print = async () =>
    printFindings(terminal, shownFindings(findings, verbosity), await readFindingTexts(files, findings));
  if (!subject.value || !baseline.value) {
    await print();
    return 1;
  }
  const built = certificateOfReports(
    {
      subject: subject.value.report,
      baseline: baseline.value.report,
      subjectReportPath: subject.value.file,
      baselineReportPath: baseline.value.file,
      environment: context.environment,
    },
    context.clock.now(),
  );
  findings.push(...built.findings);
  const drift = driftOf(baseline.value.report);
  const explanation =
    built.value && explainCertificate(built.value, drift === undefined ? {} : { baselineDrift: drift });
  await print();
  if (!explanation) return 1;
  if (options.json) {
    terminal.out(JSON.stringify({ format_version: 'explain-v1', ...explanation, findings }));
  } else for (const line of explanationLines(explanation, verbosity === 'quiet')) terminal.out(line);
  return 0;
}

function driftOf({ metrics }: RunReport): number | undefined {
  const { preview, final } = metrics.primary_metric;
  return preview !== null && final !== null && preview > 0 ? final / preview : undefined;
}
