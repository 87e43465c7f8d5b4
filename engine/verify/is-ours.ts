import { textAt, valueAt } from '../core/json-access.ts';

/**
 * Does a certificate carry a mark of this tool? Ours always hold every loss, the gates' decisions and the digest over
 * the whole, so one that lacks any of them was stripped. A file that lost every mark cannot be told from one of the
 * reference, and is treated as such: its numbers then count as not computed again.
 */
export function isOurs(certificate: unknown): boolean {
  return (
    valueAt(certificate, 'integrity') !== undefined ||
    valueAt(certificate, 'gate_decisions') !== undefined ||
    textAt(certificate, 'meta', 'env_flags', 'engine') === 'onnxruntime-node'
  );
}
