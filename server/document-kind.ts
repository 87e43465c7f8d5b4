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

/** Many tools write a report.json; ours names its windows and the edit. */
function isRunReport(text: string): boolean {
  const head = text.slice(0, 200_000);
  return ['"meta"', '"metrics"', '"edit"', '"guards"'].every((key) => head.includes(key));
}
