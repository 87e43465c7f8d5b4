import type { Finding } from '../../engine/core/findings.ts';

export function checkCertificate(_text: string): Finding[] {
  return [];
}
