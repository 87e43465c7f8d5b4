import type { TextRange } from '../../engine/core/findings.ts';
import type { CertificateView } from '../../engine/render/certificate-view.ts';

/** From the extension to the certificate panel. */
export type PanelMessage =
  | { readonly kind: 'view'; readonly view: CertificateView; readonly fileName: string }
  /** The language server could not answer: the panel says why and offers the text editor. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly fileName: string };

/** From the certificate panel to the extension. */
export type PanelRequest =
  | { readonly kind: 'ready' }
  | { readonly kind: 'open-text'; readonly range: TextRange | null }
  | { readonly kind: 'open-link'; readonly url: string }
  | { readonly kind: 'verify' };
