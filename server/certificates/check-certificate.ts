import type { Finding } from '../../engine/core/findings.ts';
import { verifyCertificate } from '../../engine/verify/verify-certificate.ts';

/** What `verify` finds in the text of a certificate, at its exact places. Profile dev: nothing but the text is at hand. */
export function checkCertificate(text: string, file: string): readonly Finding[] {
  return verifyCertificate(text, { profile: 'dev', file }).findings;
}
