import path from 'node:path';
import type { CodeLens } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { nodeAt } from '../../engine/config/config-node.ts';
import { certifyDefaults } from '../../engine/config/resolve-config.ts';
import type { Analysis } from '../analysis.ts';
import { type RunEffects, runEffects } from '../run-effects.ts';
import { filePath, fileUri, type ServerServices, workingFolder } from '../services.ts';
import { toLspRange } from '../to-lsp-range.ts';

/** Above `certify`: run it, check first, look at what came out last. The client brings the commands. */
export async function codeLenses(
  document: TextDocument,
  analysis: Analysis,
  services: ServerServices,
): Promise<CodeLens[]> {
  const { merged, file } = analysis;
  const entry = merged?.entries.get('certify');
  if (!merged || !entry?.keyRange || entry.source.file !== file) return [];
  const range = toLspRange(document, entry.keyRange);
  const { uri } = document;
  const lenses: CodeLens[] = [
    {
      range,
      command: {
        title: certifyTitle(await runEffects(analysis, services)),
        command: 'invarlock.certify',
        arguments: [uri],
      },
    },
    { range, command: { title: 'Doctor', command: 'invarlock.runDoctor', arguments: [uri] } },
  ];
  const certificate = await lastCertificate(document, merged, services);
  if (certificate !== undefined) {
    const title = 'Show last certificate';
    const command = 'invarlock.showCertificate';
    lenses.push({ range, command: { title, command, arguments: [certificate] } });
  }
  return lenses;
}

/** `Certify (ci: 200 + 200 windows)`. */
function certifyTitle(run: RunEffects | undefined): string {
  if (!run) return 'Certify';
  const previewN = run.valueAt('/dataset/preview_n');
  const finalN = run.valueAt('/dataset/final_n');
  const counts =
    typeof previewN === 'number' && typeof finalN === 'number' ? `: ${previewN} + ${finalN} windows` : '';
  return `Certify (${run.profile}${counts})`;
}

async function lastCertificate(
  document: TextDocument,
  merged: NonNullable<Analysis['merged']>,
  services: ServerServices,
): Promise<string | undefined> {
  const own = filePath(document.uri);
  if (own === undefined || !services.files) return undefined;
  const node = nodeAt(merged, '/certify/cert_out')?.node;
  // Behind an include that cannot be read anything may stand.
  if (node && (node.kind !== 'scalar' || typeof node.value !== 'string')) return undefined;
  const folder =
    node === undefined
      ? // Where `certify` writes when neither a flag nor the file says so.
        path.resolve(workingFolder(own, services), certifyDefaults.cert_out)
      : path.resolve(path.dirname(node.source.file ?? own), String(node.value));
  const certificate = path.join(folder, 'evaluation.cert.json');
  const facts = await services.files.facts(certificate).catch(() => undefined);
  return facts?.kind === 'file' ? fileUri(certificate) : undefined;
}
