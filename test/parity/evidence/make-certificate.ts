import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Certificate } from '../../../engine/certificate/certificate-types.ts';
import type { Checked } from '../../../engine/core/findings.ts';
import { plainValue } from '../../../engine/core/json-node.ts';
import { readJson } from '../../../engine/core/json-reader.ts';
import { certificateParts, certified } from '../evaluation/certificate-metrics.ts';
import { acceptanceOf, driftOf } from '../evaluation/gates.ts';
import type { Golden, ParityCase, ParityFile } from '../parity-types.ts';

/**
 * A folder per certificate: two reports, and what the reference made of them (spec 04 §2). Compared is what both say of the
 * metric, its interval and gates, the windows, the data and the policy. The blocks of the guards have a test of their own.
 */
export const makeCertificate: ParityFile = {
  cases: ({ folder }) =>
    readdirSync(path.join(folder, 'make-certificate'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => certificateCase(name, path.join(folder, 'make-certificate', name)))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
};

function certificateCase(name: string, folder: string): ParityCase {
  const { input, certificate, refused, ours } = certificateFolder(folder);
  return {
    name,
    input,
    expected: certificate ? certificateParts(certificate) : { refused },
    defects: [],
    actual: () => {
      const { value, findings } = ours();
      if (value) return certificateParts(value);
      const isRefused = findings.some(({ severity }) => severity === 'error');
      return certificate ? { refused: isRefused, findings } : { refused: isRefused };
    },
    tolerance: { relative: 1e-9, absolute: 1e-12 },
  };
}

/** Two reports, the reference's certificate of them, and how to make ours. */
export function certificateFolder(folder: string): {
  readonly input: Golden;
  readonly certificate: Golden;
  readonly refused: boolean;
  ours(): Checked<Certificate>;
} {
  const { env, error } = documentIn(folder, 'case.json');
  const [subject, baseline] = [documentIn(folder, 'report.json'), documentIn(folder, 'baseline.json')];
  const hasCertificate = existsSync(path.join(folder, 'certificate.json'));
  const certificate = hasCertificate ? documentIn(folder, 'certificate.json') : undefined;
  return {
    input: { subject, baseline, env },
    certificate,
    refused: error !== undefined,
    ours: () => certified({ subject: asRecordedHere(subject, env), baseline, env }),
  };
}

/** The reference writes NaN tokens. */
function documentIn(folder: string, file: string): Golden {
  const node = readJson(readFileSync(path.join(folder, file), 'utf8'), { mode: 'lenient' }).value;
  return node && plainValue(node);
}

/**
 * The report as ours would be. Tokens are counted window by window here, and the file has only their sum; the environment
 * counts when a run is configured, so its bounds stand in the report.
 */
export function asRecordedHere(report: Golden, env: Golden): Golden {
  const { context = {}, evaluation_windows: windows } = report;
  const [acceptance, drift] = [acceptanceOf(report, env), driftOf(report, env)];
  const bounds = {
    ...(acceptance ? { acceptance_range: acceptance } : {}),
    ...(drift ? { drift_band: drift } : {}),
  };
  return {
    ...report,
    context: Object.keys(env).length > 0 ? { ...context, primary_metric: bounds } : context,
    ...(windows
      ? {
          evaluation_windows: {
            preview: withTokens(windows.preview, report.metrics.preview_total_tokens),
            final: withTokens(windows.final, report.metrics.final_total_tokens),
          },
        }
      : {}),
  };
}

function withTokens(arm: Golden, total: Golden): Golden {
  const count = arm?.token_counts?.length ?? 0;
  if (count === 0 || typeof total !== 'number') return arm;
  const share = Math.floor(total / count);
  const counts = Array.from({ length: count }, (_, at) => (at === 0 ? total - share * (count - 1) : share));
  return { ...arm, actual_token_counts: counts };
}
