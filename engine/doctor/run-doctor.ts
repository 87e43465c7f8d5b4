import { type CertifyOptions, prepareCertify } from '../certify/prepare-certify.ts';
import { type Finding, hasErrors } from '../core/findings.ts';
import { isTruthy } from '../core/is-truthy.ts';
import type { FileReader } from '../core/ports.ts';
import type { Runtime } from '../runtime/runtime-port.ts';
import { probeRuntime } from './probe-runtime.ts';

export interface DoctorInputs {
  readonly files: FileReader;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly nodeVersion: string;
  readonly workingFolder: string;
  readonly startRuntime: () => Promise<Runtime>;
  /** What `certify` would get; without a config only the machine is checked. */
  readonly certify?: CertifyOptions;
}

const MIN_NODE: readonly [number, number] = [22, 12];

/**
 * Checks the machine, and with a config everything that `certify` would check before it evaluates: the same code runs
 * (spec 01 §4, Q-10: an unreadable config is an error, never an empty list).
 */
export async function runDoctor(inputs: DoctorInputs): Promise<readonly Finding[]> {
  const findings: Finding[] = [
    ...nodeFindings(inputs.nodeVersion),
    await probeRuntime(inputs.startRuntime, inputs.workingFolder),
    ...environmentFindings(inputs.environment),
  ];
  if (inputs.certify) {
    const prepared = await prepareCertify(inputs.files, inputs.certify);
    findings.push(...prepared.findings);
    // Findings about the text of the config mean that models and data were never reached.
    if (hasErrors(prepared.findings.filter(({ code }) => /^(?:C|U70[123])/u.test(code)))) {
      findings.push({
        code: 'D005',
        severity: 'error',
        message: 'The configuration could not be used, so models, tokenizers and data were not checked.',
      });
    }
  }
  return inOrder(findings);
}

function nodeFindings(version: string): Finding[] {
  const [major = 0, minor = 0] = version.replace(/^v/u, '').split('.').map(Number);
  const enough = major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1]);
  if (enough) return [];
  return [
    {
      code: 'D101',
      severity: 'error',
      message: `Node ${version} is too old; ${MIN_NODE.join('.')} or newer is needed.`,
    },
  ];
}

function environmentFindings(environment: DoctorInputs['environment']): Finding[] {
  const network = isTruthy(environment.INVARLOCK_ALLOW_NETWORK);
  const findings: Finding[] = [
    {
      code: 'D104',
      severity: 'note',
      message: network
        ? 'The network is allowed (INVARLOCK_ALLOW_NETWORK is set); this version does not use it.'
        : 'The network is off (INVARLOCK_ALLOW_NETWORK is not set).',
    },
  ];
  if (isTruthy(environment.INVARLOCK_TINY_RELAX)) {
    findings.push({
      code: 'D013',
      severity: 'note',
      message: 'INVARLOCK_TINY_RELAX is set: under dev the gates are relaxed, and the certificate says so.',
    });
  }
  return findings;
}

/** By severity, then code (spec 01 §4.2); stable for the rest. */
function inOrder(findings: readonly Finding[]): Finding[] {
  const rank = { error: 0, warning: 1, note: 2 };
  return [...findings].sort(
    (a, b) => rank[a.severity] - rank[b.severity] || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0),
  );
}
