import path from 'node:path';
import type { DiagnosticCode } from '../codes/index.ts';
import type { Checked, Finding } from '../core/findings.ts';
import { isInside } from '../core/is-inside.ts';
import type { FileFacts, FileReader, OpenFile } from '../core/ports.ts';
import { modelRoots } from './model-roots.ts';

/** A weight file, opened once; who gets it closes it. */
export interface WeightFile {
  /** Real path, so that a link which is exchanged later leads nowhere else. */
  readonly real: string;
  readonly opened: OpenFile;
}

/**
 * Opens a weight file of a model folder, which may come from anywhere: links are resolved once and must stay in the
 * model, what is opened is no link, and what is said of the file is asked of the open file. The model's folder is the file's, unless
 * the model names files in subfolders.
 *
 * A file with several names is a warning and no error: backups and package managers make such copies of files that are
 * in order, the format has a checksum of places that a foreign file would not pass, and a change through another name
 * is noticed after the run.
 */
export async function openWeightFile(
  files: FileReader,
  file: string,
  modelFolder: string = path.dirname(file),
): Promise<Checked<WeightFile>> {
  const name = path.basename(file);
  const fail = (code: DiagnosticCode, problem: string): Checked<WeightFile> => ({
    value: undefined,
    findings: [{ code, severity: 'error', message: `${name}: ${problem}`, file }],
  });
  const facts = await files.facts(file);
  if (!facts) return fail('U703', 'there is no such file.');
  const real = await files.realPath(file);
  const roots = await modelRoots(files, modelFolder);
  if (!roots.some((root) => isInside(root, real))) {
    return fail(
      'M270',
      `it is a link that leads out of the model folder, to ${real}. Name the folder that it leads to, or replace it by the file itself.`,
    );
  }
  // A device is not even opened: that alone may do something.
  if (facts.kind !== 'file') return fail('M272', notAFile(facts));
  let opened: OpenFile;
  try {
    opened = await files.open(real);
  } catch (error) {
    if (!isExchanged(error)) throw error;
    return fail('M273', 'it was exchanged while it was opened. Leave the model alone, and try again.');
  }
  if (opened.facts.kind !== 'file') {
    await opened.close();
    return fail('M272', notAFile(opened.facts));
  }
  const { linkCount = 1 } = opened.facts;
  const findings: Finding[] = [];
  if (linkCount > 1) {
    const message = `${name}: the file has ${linkCount} names (hard links), so it can be changed under another one. Copy it if you did not make them yourself.`;
    findings.push({ code: 'M271', severity: 'warning', message, file, actual: linkCount });
  }
  return { value: { real, opened }, findings };
}

function notAFile({ kind }: FileFacts): string {
  return `it is ${kind === 'folder' ? 'a folder' : 'a device, a pipe or a socket'}, not a file.`;
}

/** What systems answer when a link, or nothing, is where a file was. */
function isExchanged(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ELOOP' || code === 'EMLINK' || code === 'ENOENT';
}
