import { isInvarlockConfig } from '../engine/config/is-invarlock-config.ts';

/** What a document is to us; everything else is somebody else's and gets nothing. */
export type DocumentKind = 'config' | 'certificate' | 'other';

export function documentKind(uri: string, text: string): DocumentKind {
  const path = uri.replace(/[?#].*$/, '').toLowerCase();
  if (path.endsWith('.cert.json')) return 'certificate';
  return isInvarlockConfig(path, text) ? 'config' : 'other';
}
