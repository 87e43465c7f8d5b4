import type { Finding } from '../core/findings.ts';
import { isTruthy } from '../core/is-truthy.ts';

const leastNode: readonly [major: number, minor: number] = [22, 12];

/** What the machine and its environment say before anything is tried (spec 01 §4.1, D006 and D013, and ours). */
export function checkMachine(
  nodeVersion: string,
  environment: Readonly<Record<string, string | undefined>>,
): Finding[] {
  const findings: Finding[] = [];
  const note = (code: Finding['code'], message: string) => findings.push({ code, severity: 'note', message });
  const [major = 0, minor = 0] = nodeVersion.replace(/^v/u, '').split('.').map(Number);
  if (major < leastNode[0] || (major === leastNode[0] && minor < leastNode[1])) {
    const message = `Node ${nodeVersion} is too old; ${leastNode.join('.')} or newer is needed.`;
    findings.push({ code: 'D101', severity: 'error', message });
  }
  note(
    'D104',
    isTruthy(environment.INVARLOCK_ALLOW_NETWORK)
      ? 'The network is allowed (INVARLOCK_ALLOW_NETWORK is set): runs download what the Hugging Face cache lacks.'
      : 'The network is off (INVARLOCK_ALLOW_NETWORK is not set).',
  );
  if (isTruthy(environment.INVARLOCK_DISABLE_PLUGIN_DISCOVERY)) {
    note(
      'D006',
      'INVARLOCK_DISABLE_PLUGIN_DISCOVERY is set: optional adapters are not looked for. Those of this version need no discovery.',
    );
  }
  if (isTruthy(environment.INVARLOCK_TINY_RELAX)) {
    note(
      'D013',
      'INVARLOCK_TINY_RELAX is set: under dev the gates are relaxed, and the certificate says so.',
    );
  }
  return findings;
}
