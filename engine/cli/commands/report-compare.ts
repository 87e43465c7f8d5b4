import path from 'node:path';
import { Command } from 'commander';
import { volatilePointers } from '../../certificate/certificate-schema.ts';
import type { Checked, Finding } from '../../core/findings.ts';
import { isObject } from '../../core/json-access.ts';
import type { FileReader } from '../../core/ports.ts';
import { type Comparison, compareDocuments, type Difference } from '../../explain/compare-documents.ts';
import { comparisonLines } from '../../explain/comparison-lines.ts';
import { comparisonOverview, type DocumentKind } from '../../explain/comparison-overview.ts';
import { reportVolatilePointers } from '../../report/report-schema.ts';
import type { CliContext } from '../node-context.ts';
import { printFindings } from '../output/terminal.ts';
import { addVerbosity, shownFindings, type VerbosityOptions, verbosityOf } from '../output/verbosity.ts';
import { readJsonFile } from '../read-evidence.ts';
import { readFindingTexts } from '../read-finding-texts.ts';

interface CompareCliOptions extends VerbosityOptions {
  readonly ignoreVolatile?: boolean;
  readonly json?: boolean;
}

interface ReadDocument {
  readonly name: string;
  readonly value: unknown;
  readonly kind: DocumentKind;
}

/** `invarlock report compare A B… [--ignore-volatile] [--json]` (spec 04 §4.7, decisions: volatile fields). */
export function reportCompareCommand(context: CliContext, settle: (exitCode: number) => void): Command {
  const command = new Command('compare')
    .description('Compare certificates, or run reports, with the first one: what differs, then side by side.')
    .argument('<document...>', 'two or more certificates, or two or more run reports')
    .option('--ignore-volatile', 'do not count what depends on the clock, the host, paths or durations')
    .option('--json', 'print one compare-v1 JSON object')
    .addHelpText(
      'after',
      '\nWhich fields are volatile is marked in the schemas (x-volatile).\n\nExit codes: 0 equal, 1 different, 2 a file cannot be read or the files are of different kinds.\n\nExamples:\n  invarlock report compare first.cert.json second.cert.json\n  invarlock report compare --ignore-volatile runs/a/report.json runs/b/report.json',
    )
    .action(async (named: readonly string[], options: CompareCliOptions) =>
      settle(await compare(context, named, options)),
    );
  return addVerbosity(command);
}

async function compare(
  context: CliContext,
  named: readonly string[],
  options: CompareCliOptions,
): Promise<number> {
  const { files, terminal } = context;
  const verbosity = verbosityOf(options);
  const read = await readDocuments(files, context.workingFolder, named);
  printFindings(
    terminal,
    shownFindings(read.findings, verbosity),
    await readFindingTexts(files, read.findings),
  );
  const [first, ...others] = read.value ?? [];
  if (!first) return 2;
  const ignoreVolatile = options.ignoreVolatile === true;
  const volatile = first.kind === 'certificate' ? volatilePointers : reportVolatilePointers;
  const comparisons = others.map((other) => {
    const comparison = compareDocuments(first.value, other.value, volatile);
    const counted = comparison.differences.filter((one) => !(ignoreVolatile && one.volatile));
    return { other, comparison, counted };
  });
  const isEqual = comparisons.every(({ counted }) => counted.length === 0);
  const exitCode = isEqual ? 0 : 1;
  if (options.json) {
    terminal.out(
      JSON.stringify({
        format_version: 'compare-v1',
        kind: first.kind,
        ignore_volatile: ignoreVolatile,
        equal: isEqual,
        comparisons: comparisons.map(({ other, comparison, counted }) =>
          entry(first.name, other.name, comparison, counted),
        ),
        resolution: { exit_code: exitCode },
      }),
    );
    return exitCode;
  }
  if (verbosity === 'quiet') return exitCode;
  for (const { other, comparison } of comparisons) {
    terminal.out(`${first.name} → ${other.name}`);
    for (const line of comparisonLines(comparison, ignoreVolatile)) terminal.out(line);
    terminal.out('');
  }
  for (const line of comparisonOverview(first.kind, [first, ...others])) terminal.out(line);
  return exitCode;
}

function entry(left: string, right: string, comparison: Comparison, counted: readonly Difference[]) {
  return {
    left,
    right,
    equal: counted.length === 0,
    equal_values: comparison.equalCount,
    ignored: comparison.differences.length - counted.length,
    // Whole lists would drown the rest; their summary says what a reader needs.
    differences: counted.map(({ pointer, left: a, right: b, volatile, entries }) => ({
      pointer,
      volatile,
      ...(entries ? { entries } : { left: a ?? null, right: b ?? null }),
    })),
  };
}

async function readDocuments(
  files: FileReader,
  workingFolder: string,
  named: readonly string[],
): Promise<Checked<readonly ReadDocument[]>> {
  const findings: Finding[] = [];
  const documents: ReadDocument[] = [];
  if (named.length < 2) {
    const message = 'Name at least two files to compare.';
    return { value: undefined, findings: [{ code: 'U701', severity: 'error', message }] };
  }
  for (const name of named) {
    const file = path.resolve(workingFolder, name);
    const read = await readJsonFile(files, file);
    findings.push(...read.findings);
    if (!read.value) continue;
    const kind = kindOf(read.value.value);
    if (kind) documents.push({ name, value: read.value.value, kind });
    else {
      const message = `${name} is neither a certificate (schema_version, primary_metric) nor a run report (meta, metrics).`;
      findings.push({ code: 'U701', severity: 'error', message, file });
    }
  }
  if (new Set(documents.map(({ kind }) => kind)).size > 1) {
    const message = 'A certificate cannot be compared with a run report: name files of one kind.';
    findings.push({ code: 'U701', severity: 'error', message });
    return { value: undefined, findings };
  }
  return { value: documents.length === named.length ? documents : undefined, findings };
}

function kindOf(value: unknown): DocumentKind | undefined {
  if (!isObject(value)) return undefined;
  if ('schema_version' in value && isObject(value.primary_metric)) return 'certificate';
  return isObject(value.meta) && isObject(value.metrics) ? 'report' : undefined;
}
