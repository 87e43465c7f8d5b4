import path from 'node:path';
import { certificateManifest } from '../../../engine/certificate/manifest.ts';
import { writeJson } from '../../../engine/core/json-writer.ts';
import { explainCertificate } from '../../../engine/explain/explain-certificate.ts';
import { certificateView } from '../../../engine/render/certificate-view.ts';
import type { Golden, ParityCase, ParityFile } from '../parity-types.ts';
import { certificateFolder } from './make-certificate.ts';

/** What `report explain` says of the gates on the metric (spec 04 §4.6): whether they pass, and the drift. */
export const explainExpected: ParityFile = {
  companions: ['make-certificate'],
  cases: ({ json, folder }) =>
    Object.entries<Golden>(json).map(([name, { lines }]) =>
      folderCase(name, folder, explainedBy(lines), (ours) => {
        const explanation = explainCertificate(JSON.parse(writeJson(ours)));
        if (!explanation) return { refused: true };
        const gate = (flag: string) => explanation.gates.find((item) => item.name === flag);
        const drift = gate('preview_final_drift_acceptable');
        return {
          metric: outcome(gate('primary_metric_acceptable')?.status),
          drift: outcome(drift?.status),
          observed_drift: drift?.measured?.toFixed(3),
        };
      }),
    ),
};

/** `manifest.json` beside a certificate (spec 04 §4.5). Paths are where each writes them. */
export const manifestExpected: ParityFile = {
  companions: ['make-certificate'],
  cases: ({ json, folder }) =>
    Object.entries<Golden>(json).map(([name, { manifest }]) =>
      folderCase(
        name,
        folder,
        manifest ? { summary: withoutNonFinite(manifest.summary) } : { refused: true },
        (ours) => {
          const { summary } = certificateManifest({
            certificate: ours,
            view: certificateView(JSON.parse(writeJson(ours))),
            generatedAt: new Date(0),
            files: { certificate_json: '', certificate_markdown: '' },
          });
          return { summary };
        },
      ),
    ),
};

/** Whether `report --format cert` makes a certificate. Where the reference exits with 1, unusable input, ours exits with 2. */
export const reportCommandExpected: ParityFile = {
  companions: ['make-certificate'],
  cases: ({ json, folder }) =>
    Object.entries<Golden>(json).map(([name, { format, exit_code: exitCode }]) => {
      const [base = ''] = name.split('#');
      const item = folderCase(base, folder, exitCode === 0 ? { made: true } : { refused: true }, () => ({
        made: true,
      }));
      return { ...item, name, input: { ...item.input, format } };
    }),
};

/** Pages about one or two run reports. */
export const reportMarkdownExpected: ParityFile = {
  companions: ['make-certificate'],
  cases: ({ json }) =>
    Object.entries<Golden>(json).map(([name, expected]) => ({
      name,
      input: {},
      expected,
      defects: [],
      actual: () => ({}),
    })),
};

function folderCase(
  name: string,
  folder: string,
  expected: Golden,
  given: (ours: Golden) => Golden,
): ParityCase {
  const { input, ours } = certificateFolder(path.join(folder, 'make-certificate', name));
  return {
    name,
    input,
    expected,
    defects: [],
    actual: () => {
      const { value } = ours();
      return value ? given(value) : { refused: true };
    },
    tolerance: { relative: 1e-9 },
  };
}

/** The lines of a gate start with its name. */
function explainedBy(lines: readonly string[]): Golden {
  const fact = (gate: string, name: string) => {
    const start = lines.findIndex((line) => line.startsWith(`Gate: ${gate}`));
    if (start < 0) return undefined;
    const found = lines.slice(start + 1).find((line) => line.startsWith(`  ${name}: `));
    return found?.slice(`  ${name}: `.length);
  };
  if (!lines.some((line) => line.startsWith('Gate: '))) return { refused: true };
  return {
    metric: fact('Primary Metric vs Baseline', 'status'),
    drift: fact('Drift', 'status'),
    observed_drift: fact('Drift', 'observed'),
  };
}

/** This file spells them in lower case. */
function withoutNonFinite(summary: Golden): Golden {
  const ratio = summary.primary_metric_ratio;
  return { ...summary, primary_metric_ratio: ratio?.$nonfinite ? null : ratio };
}

/** Neither word stands for an outcome that is neither. */
function outcome(status: string | undefined): string | undefined {
  if (status === 'pass') return 'PASS';
  return status === 'fail' ? 'FAIL' : status;
}
