import { readText } from '../../engine/config/read-text.ts';
import { plainValue } from '../../engine/core/json-node.ts';
import { readJson } from '../../engine/core/json-reader.ts';
import { type CertificateView, certificateView } from '../../engine/render/certificate-view.ts';
import { type VerifyProfile, verifyCertificate } from '../../engine/verify/verify-certificate.ts';
import { filePath, type ServerServices } from '../services.ts';

export interface CertificateViewParameters {
  readonly text?: string;
  readonly uri?: string;
  readonly profile?: VerifyProfile;
}

/** Verdict, gates, metric and findings of a certificate, ready to draw. */
export async function showCertificate(
  parameters: CertificateViewParameters,
  openText: (uri: string) => string | undefined,
  services: ServerServices,
): Promise<CertificateView> {
  const text = parameters.text ?? (await textOf(parameters.uri, openText, services));
  const file = parameters.uri ?? '';
  const { findings } = verifyCertificate(text, { profile: parameters.profile ?? 'dev', file });
  const root = readJson(text, { mode: 'lenient', file }).value;
  return certificateView(root && plainValue(root), { findings });
}

async function textOf(
  uri: string | undefined,
  openText: (uri: string) => string | undefined,
  services: ServerServices,
): Promise<string> {
  if (uri === undefined) throw new Error('the request needs a text or a uri');
  const open = openText(uri);
  if (open !== undefined) return open;
  const path = filePath(uri);
  if (path === undefined || !services.files) throw new Error(`${uri} is neither open nor a file`);
  const read = await readText(services.files, path);
  if (read.text === undefined) throw new Error(`${uri} cannot be read: ${read.reason}`);
  return read.text;
}
