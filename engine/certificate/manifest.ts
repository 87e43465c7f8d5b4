import { localIsoTime } from '../core/local-time.ts';
import type { CertificateView } from '../render/certificate-view.ts';
import type { Certificate } from './certificate-types.ts';

export interface ManifestInputs {
  readonly certificate: Certificate;
  readonly view: CertificateView;
  readonly generatedAt: Date;
  /** Paths of the written artifacts, as the reader of the manifest will see them. */
  readonly files: {
    readonly certificate_json: string;
    readonly certificate_markdown: string;
    readonly certificate_html?: string;
  };
}

/** The `manifest.json` beside a certificate: what was written, and the outcome in one glance (spec 04 §4.5). */
export function certificateManifest({ certificate, view, generatedAt, files }: ManifestInputs) {
  const decided = [...view.gates, ...view.guards].filter(({ status }) =>
    ['pass', 'fail', 'warn'].includes(status),
  );
  return {
    generated_at: localIsoTime(generatedAt),
    files,
    summary: {
      run_model: certificate.meta.model_id,
      device: certificate.meta.device,
      seed: certificate.meta.seed,
      overall_status: view.verdict,
      primary_metric_ratio: certificate.primary_metric.ratio_vs_baseline,
      gates_passed: decided.filter(({ status }) => status !== 'fail').length,
      gates_total: decided.length,
    },
    certificate_sha256: certificate.integrity.sha256,
  };
}
