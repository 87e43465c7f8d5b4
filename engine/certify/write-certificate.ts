import path from 'node:path';
import { buildCertificate } from '../certificate/build-certificate.ts';
import { certificateManifest } from '../certificate/manifest.ts';
import { InvarLockError } from '../core/errors.ts';
import type { Finding } from '../core/findings.ts';
import { isTruthy } from '../core/is-truthy.ts';
import { writeJson } from '../core/json-writer.ts';
import type { Clock, FileWriter } from '../core/ports.ts';
import type { TierPolicy } from '../policy/tiers.ts';
import { type CertificateView, certificateView } from '../render/certificate-view.ts';
import { renderHtml } from '../render/html.ts';
import { renderMarkdown } from '../render/markdown.ts';
import type { RunReport } from '../report/run-report.ts';
import type { VerifyProfile } from '../verify/check-context.ts';
import { verifyCertificate } from '../verify/verify-certificate.ts';
import { toolVersion } from '../version.ts';

export interface CertificatePaths {
  readonly certificate: string;
  readonly markdown: string;
  readonly html: string;
  readonly manifest: string;
}

export interface CertificateRequest {
  readonly baseline: RunReport;
  readonly subject: RunReport;
  readonly baselineReportPath: string;
  readonly subjectReportPath: string;
  readonly folder: string;
  readonly profile: VerifyProfile;
  /** What decides the gates, and the names of the values that override the tier. Default: the packaged tier. */
  readonly policy?: TierPolicy;
  readonly policyOverrides?: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Builds the certificate of two reports once, checks it as `verify` does, and writes it in its four forms. */
export async function writeCertificate(
  { files, clock }: { readonly files: FileWriter; readonly clock: Clock },
  request: CertificateRequest,
): Promise<{ readonly view: CertificateView; readonly paths: CertificatePaths }> {
  const generatedAt = clock.now();
  const built = buildCertificate({
    subject: request.subject,
    baseline: request.baseline,
    generatedAt,
    toolVersion,
    environment: request.subject.meta.env_flags,
    tinyRelax: isTruthy(request.environment.INVARLOCK_TINY_RELAX),
    ...(request.policy && { policy: request.policy }),
    ...(request.policyOverrides && { policyOverrides: request.policyOverrides }),
    subjectReportPath: request.subjectReportPath,
    baselineReportPath: request.baselineReportPath,
  });
  if (!built.value) throw refused('could not be built', built.findings);
  const text = writeJson(built.value);
  // A certificate that our own verify calls malformed must never be written; failed gates are its business to report.
  const verified = verifyCertificate(text, { profile: request.profile });
  if (verified.reason === 'malformed') throw refused('that was built is malformed', verified.findings);
  const view = certificateView(built.value, { findings: verified.findings });
  const paths: CertificatePaths = {
    certificate: path.join(request.folder, 'evaluation.cert.json'),
    markdown: path.join(request.folder, 'evaluation_certificate.md'),
    html: path.join(request.folder, 'evaluation_certificate.html'),
    manifest: path.join(request.folder, 'manifest.json'),
  };
  const manifest = certificateManifest({
    certificate: built.value,
    view,
    generatedAt,
    files: {
      certificate_json: paths.certificate,
      certificate_markdown: paths.markdown,
      certificate_html: paths.html,
    },
  });
  await files.writeAtomic(paths.markdown, renderMarkdown(view));
  await files.writeAtomic(paths.html, renderHtml(view));
  await files.writeAtomic(paths.manifest, writeJson(manifest));
  await files.writeAtomic(paths.certificate, text);
  return { view, paths };
}

function refused(what: string, findings: readonly Finding[]): InvarLockError {
  return new InvarLockError(
    'U799',
    `The certificate ${what}: ${findings.map(({ message }) => message).join(' ')}`,
  );
}
