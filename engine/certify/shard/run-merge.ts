import path from 'node:path';
import { InvarLockError } from '../../core/errors.ts';
import { type Checked, type Finding, hasErrors } from '../../core/findings.ts';
import { writeJson } from '../../core/json-writer.ts';
import type { Clock, Files } from '../../core/ports.ts';
import { eventLine, openEventLog } from '../../report/events.ts';
import type { RunReport } from '../../report/run-report.ts';
import { checkOutputs } from '../check-outputs.ts';
import { type CertifyResult, certifyResult } from '../run-certify.ts';
import { openRunFolder, type RunFolder } from '../run-folder.ts';
import type { StagedFiles } from '../stage-files.ts';
import { writeCertificate } from '../write-certificate.ts';
import { checkParts } from './check-parts.ts';
import { joinParts } from './join-parts.ts';
import { type ReadPart, readPart } from './read-part.ts';

export interface MergeRequest {
  /** Absolute. */
  readonly parts: readonly string[];
  readonly out: string;
  readonly certOut: string;
}

/** Reads and checks the parts and the places that are written, before anything is. */
export async function prepareMerge(
  files: Files,
  { parts: names, out, certOut }: MergeRequest,
): Promise<Checked<readonly ReadPart[]>> {
  const findings: Finding[] = [...(await checkOutputs(files, { out, certOut }))];
  const parts: ReadPart[] = [];
  for (const name of names) {
    const read = await readPart(files, name);
    findings.push(...read.findings);
    if (read.value) parts.push(read.value);
  }
  // A part that cannot be read is missing as a matter of course.
  if (!hasErrors(findings)) findings.push(...checkParts(parts));
  return { value: hasErrors(findings) ? undefined : parts, findings };
}

/**
 * Joins the parts into reports and certificate, the same as one run writes but for what depends on the clock, the host and
 * paths. Everything appears under its name only when all of it is there.
 */
export async function runMerge(
  ports: { readonly files: Files; readonly clock: Clock },
  parts: readonly ReadPart[],
  { out, certOut }: MergeRequest,
): Promise<CertifyResult> {
  const { files, clock } = ports;
  const opened: RunFolder[] = [];
  let staged: StagedFiles | undefined;
  try {
    for (const arm of ['source', 'edited'] as const)
      opened.push(await openRunFolder(files, path.join(out, arm), clock.now()));
    const [source, edited] = opened;
    if (!source || !edited) throw new InvarLockError('U799', 'The folders of the reports were not opened.');
    const reports = joinParts(
      parts.map(({ part }) => part),
      { baseline: eventsFile(source.finalPath), subject: eventsFile(edited.finalPath) },
    );
    await writeRun(ports, source, 'baseline', reports.baseline, parts.length);
    await writeRun(ports, edited, 'subject', reports.subject, parts.length);
    const [baselineReport, subjectReport] = [source, edited].map((folder) =>
      path.join(folder.finalPath, 'report.json'),
    ) as [string, string];
    const tinyRelax = parts.some(({ part }) => part.tiny_relax);
    const written = await writeCertificate(ports, {
      ...reports,
      baselineReportPath: baselineReport,
      subjectReportPath: subjectReport,
      folder: certOut,
      profile: reports.subject.context.profile,
      environment: tinyRelax ? { INVARLOCK_TINY_RELAX: '1' } : {},
    });
    staged = written;
    for (const folder of opened) await folder.finish();
    await written.commit();
    return certifyResult(written, reports.subject, { baselineReport, subjectReport });
  } catch (error) {
    await staged?.discard();
    for (const folder of opened.reverse()) await folder.discard();
    throw error;
  }
}

function eventsFile(folder: string): string {
  return path.join(folder, 'events.jsonl');
}

async function writeRun(
  { files, clock }: { readonly files: Files; readonly clock: Clock },
  folder: RunFolder,
  name: string,
  report: RunReport,
  parts: number,
): Promise<void> {
  const log = openEventLog(clock, `${name}-${path.basename(folder.finalPath)}`);
  const { primary_metric: metric, eval_samples: windows } = report.metrics;
  const lines = [
    log.record('logger', 'session_start', { session_id: log.sessionId }),
    log.record('runner', 'merge', { parts, edit: report.edit.name, profile: report.context.profile }),
    log.record('eval', 'complete', { preview: metric.preview, final: metric.final, windows }),
    log.record('logger', 'session_end', { session_id: log.sessionId }),
  ];
  await files.append(eventsFile(folder.workingPath), lines.map(eventLine).join(''));
  await files.writeAtomic(path.join(folder.workingPath, 'report.json'), writeJson(report));
}
