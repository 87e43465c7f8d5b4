import path from 'node:path';
import type { Finding } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';

const CERTIFICATE_FILES = [
  'evaluation.cert.json',
  'evaluation_certificate.md',
  'evaluation_certificate.html',
  'manifest.json',
];

/** What stands in the way of writing, as far as it can be seen before an evaluation is spent. */
export async function checkOutputs(
  files: FileReader,
  outputs: { readonly out: string; readonly certOut: string },
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const folder of [outputs.out, outputs.certOut]) {
    const blocker = await fileOnTheWay(files, folder);
    if (blocker !== undefined) findings.push(blocked(folder, `${blocker} is a file, not a folder`));
  }
  for (const name of CERTIFICATE_FILES) {
    const file = path.join(outputs.certOut, name);
    if ((await files.facts(file))?.kind === 'folder')
      findings.push(blocked(file, 'a folder of that name is there'));
  }
  return findings;
}

/** The first existing ancestor (or the folder itself) when it is not a folder. */
async function fileOnTheWay(files: FileReader, folder: string): Promise<string | undefined> {
  for (let current = folder; ; current = path.dirname(current)) {
    const facts = await files.facts(current);
    if (facts) return facts.kind === 'folder' ? undefined : current;
    if (current === path.dirname(current)) return undefined;
  }
}

function blocked(target: string, reason: string): Finding {
  return {
    code: 'U705',
    severity: 'error',
    message: `${target} cannot be written: ${reason}. Choose another folder.`,
    file: target,
  };
}
