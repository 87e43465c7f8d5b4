import { isInvarlockConfig } from '../engine/config/is-invarlock-config.ts';

/** What a document is to us; everything else is somebody else's and gets nothing. */
export type DocumentKind = 'config' | 'certificate' | 'report' | 'other';

/** `configFolders`: folders whose YAML files are ours, by their absolute paths or as ends of paths (`configs/quality`). */
export function documentKind(uri: string, text: string, configFolders: readonly string[] = []): DocumentKind {
  const path = uri.replace(/[?#].*$/, '');
  const lower = path.toLowerCase();
  if (lower.endsWith('.cert.json')) return 'certificate';
  if (/(^|\/)report\.json$/.test(lower) && isRunReport(text)) return 'report';
  return isInvarlockConfig(path, text, configFolders) ? 'config' : 'other';
}

/** Many tools write a report.json; ours has a primary metric, or the windows that it was measured on. */
function isRunReport(text: string): boolean {
  const has = (key: string) => text.includes(`"${key}"`);
  return has('meta') && has('metrics') && (has('primary_metric') || has('evaluation_windows'));
}
