import path from 'node:path';
import type { DocumentLink } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { codes, type DiagnosticCode, docsUrl } from '../../engine/codes/index.ts';
import { filePath, fileUri, type ServerServices } from '../services.ts';
import { toLspRange } from '../to-lsp-range.ts';
import { pathValues } from '../yaml/path-values.ts';
import { parseOnce } from '../yaml/read-once.ts';

/** Links to what a configuration names: includes, data files, models (their config.json), pages of codes in comments. */
export async function documentLinks(
  document: TextDocument,
  services: ServerServices,
): Promise<DocumentLink[]> {
  const text = document.getText();
  const root = parseOnce(text, { kind: 'file' }).value;
  const links = codeLinks(document);
  const own = filePath(document.uri);
  if (!root || own === undefined || !services.files) return links;
  for (const value of pathValues(root)) {
    const target = path.resolve(path.dirname(own), value.path);
    const opened = await openable(target, services);
    if (opened === undefined) continue;
    links.push({
      range: toLspRange(document, value.textRange),
      target: fileUri(opened),
      tooltip: opened === target ? 'Open the file' : `Open ${path.basename(opened)} of the model`,
    });
  }
  return links;
}

/** A file itself; of a model folder its configuration; nothing for other folders and for what is not there. */
async function openable(target: string, { files }: ServerServices): Promise<string | undefined> {
  const kind = (await files?.facts(target).catch(() => undefined))?.kind;
  if (kind === 'file') return target;
  const config = path.join(target, 'config.json');
  const isModel = kind === 'folder' && (await files?.facts(config).catch(() => undefined))?.kind === 'file';
  return isModel ? config : undefined;
}

/** Codes in suppression comments lead to their pages. */
function codeLinks(document: TextDocument): DocumentLink[] {
  const links: DocumentLink[] = [];
  for (const comment of document.getText().matchAll(/#\s*invarlock-disable-(?:next-)?line[^\r\n]*/g)) {
    for (const name of comment[0].matchAll(/\b[A-Z]\d{3}\b/g)) {
      if (!Object.hasOwn(codes, name[0])) continue;
      const code = name[0] as DiagnosticCode;
      const start = comment.index + name.index;
      const range = toLspRange(document, { start, end: start + code.length });
      links.push({ range, target: docsUrl(code), tooltip: codes[code].title });
    }
  }
  return links;
}
