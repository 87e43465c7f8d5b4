import path from 'node:path';
import type { Certificate } from '../certificate/certificate-types.ts';
import { certificateManifest } from '../certificate/manifest.ts';
import { InvarLockError } from '../core/errors.ts';
import type { Finding } from '../core/findings.ts';
import { writeJson } from '../core/json-writer.ts';
import type { Clock, FileWriter } from '../core/ports.ts';
import { type CertificateView, certificateView } from '../render/certificate-view.ts';
import { renderHtml } from '../render/html.ts';
import { renderMarkdown } from '../render/markdown.ts';
import { verifyProfileOf } from '../verify/check-context.ts';
import { verifyCertificate } from '../verify/verify-certificate.ts';
import { certificateOfReports, type ReportsToCertify } from './certificate-of-reports.ts';
import { type StagedFiles, stageFiles } from './stage-files.ts';

export interface CertificatePaths {
  readonly certificate: string;
  readonly markdown: string;
  readonly html: string;
  readonly manifest: string;
}

export interface CertificateRequest extends ReportsToCertify {
  readonly folder: string;
  /** Of the runs. */
  readonly profile: string;
}

/** The four files, written beside their names; `commit` gives them their names. */
export interface WrittenCertificate extends StagedFiles {
  readonly view: CertificateView;
  readonly paths: CertificatePaths;
}

/** Builds the certificate of two reports once, checks it as `verify` does, and stages it in its four forms. */
export async function writeCertificate(
  ports: { readonly files: FileWriter; readonly clock: Clock },
  request: CertificateRequest,
): Promise<WrittenCertificate> {
  const generatedAt = ports.clock.now();
  const built = certificateOfReports(request, generatedAt);
  if (!built.value) throw refused('could not be built', built.findings);
  return writeBuiltCertificate(ports.files, built.value, { ...request, generatedAt });
}

/** Stages a certificate that was built, as JSON, Markdown and HTML, with its manifest. */
export async function writeBuiltCertificate(
  files: FileWriter,
  certificate: Certificate,
  request: Pick<CertificateRequest, 'folder' | 'profile'> & { readonly generatedAt: Date },
): Promise<WrittenCertificate> {
  const text = writeJson(certificate);
  // A certificate that our own verify calls malformed must never be written; failed gates are its business to report.
  const verified = verifyCertificate(text, { profile: verifyProfileOf(request.profile) });
  if (verified.reason === 'malformed') throw refused('that was built is malformed', verified.findings);
  const view = certificateView(certificate, { findings: verified.findings });
  const paths: CertificatePaths = {
    certificate: path.join(request.folder, 'evaluation.cert.json'),
    markdown: path.join(request.folder, 'evaluation_certificate.md'),
    html: path.join(request.folder, 'evaluation_certificate.html'),
    manifest: path.join(request.folder, 'manifest.json'),
  };
  const manifest = certificateManifest({
    certificate,
    view,
    generatedAt: request.generatedAt,
    files: {
      certificate_json: paths.certificate,
      certificate_markdown: paths.markdown,
      certificate_html: paths.html,
    },
  });
  const staged = await stageFiles(files, [
    [paths.markdown, renderMarkdown(view)],
    [paths.html, renderHtml(view)],
    [paths.manifest, writeJson(manifest)],
    [paths.certificate, text],
  ]);
  return { view, paths, ...staged };
}

function refused(what: string, findings: readonly Finding[]): InvarLockError {
  return new InvarLockError(
    'U799',
    `The certificate ${what}: ${findings.map(({ message }) => message).join(' ')}`,
  );
}
