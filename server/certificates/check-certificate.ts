import type { Finding } from '../../engine/core/findings.ts';
import { plainValue, rangeAt } from '../../engine/core/json-node.ts';
import { readJson } from '../../engine/core/json-reader.ts';
import { validateReport } from '../../engine/report/validate-report.ts';
import { verifyCertificate } from '../../engine/verify/verify-certificate.ts';

/** What `verify` finds in the text of a certificate, at its exact places. Profile dev: nothing but the text is at hand. */
export function checkCertificate(text: string, file: string): readonly Finding[] {
  return verifyCertificate(text, { profile: 'dev', file }).findings;
}

/** What is wrong with the structure of a run report, at its exact places. */
export function checkReport(text: string, file: string): readonly Finding[] {
  const read = readJson(text, { mode: 'lenient', file });
  const root = read.value;
  if (!root) return read.findings;
  const checked = validateReport(plainValue(root)).findings;
  const placed = checked.map((finding) => ({
    ...finding,
    file,
    range: rangeAt(root, finding.pointer ?? ''),
  }));
  return [...read.findings, ...placed];
}
