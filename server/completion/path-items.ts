import path from 'node:path';
import { type CompletionItem, CompletionItemKind, InsertTextMode } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { TextRange } from '../../engine/core/findings.ts';
import type { FileReader } from '../../engine/core/ports.ts';
import { filePath, type ServerServices } from '../services.ts';
import { toLspRange } from '../to-lsp-range.ts';
import type { PathValue } from '../yaml/path-values.ts';

/** Entries looked at in one folder, and folders looked into while searching for models: an answer must come at once. */
const entryLimit = 300;
const folderLimit = 120;

const wantedFiles: Readonly<Record<PathValue['kind'], RegExp>> = {
  folder: /^\b$/,
  file: /\.(jsonl|ndjson|json|txt|csv|tsv|parquet)(\.gz)?$/i,
  include: /\.(ya?ml|json)$/i,
};

/** Paths that fit at the cursor: what lies in the folder typed so far, and models nearby when nothing is typed. */
export async function pathItems(
  document: TextDocument,
  offset: number,
  word: TextRange,
  kind: PathValue['kind'],
  { files }: ServerServices,
): Promise<CompletionItem[]> {
  const own = filePath(document.uri);
  if (own === undefined || !files) return [];
  const written = document.getText().slice(word.start, word.end);
  const quote = /^["']/.exec(written)?.[0] ?? '';
  const typed = document
    .getText()
    .slice(word.start + quote.length, Math.max(offset, word.start + quote.length));
  const folderTyped = typed.slice(0, typed.lastIndexOf('/') + 1);
  const folder = path.resolve(path.dirname(own), folderTyped === '' ? '.' : folderTyped);
  const range = toLspRange(document, word);
  const item = (target: string, label: string, detail: string, rank: number): CompletionItem => ({
    label,
    kind: detail === 'file' ? CompletionItemKind.File : CompletionItemKind.Folder,
    detail,
    sortText: `${rank}${label}`,
    filterText: `${quote}${target}`,
    insertTextMode: InsertTextMode.asIs,
    textEdit: { range, newText: `${quote}${target}${quote}` },
  });
  const items: CompletionItem[] = [];
  for (const entry of await entriesOf(files, folder)) {
    const target = `${folderTyped}${entry.name}`;
    if (entry.kind === 'file' && wantedFiles[kind].test(entry.name))
      items.push(item(target, entry.name, 'file', 1));
    if (entry.kind !== 'folder') continue;
    const isModel = kind === 'folder' && (await isModelFolder(files, path.join(folder, entry.name)));
    items.push(
      isModel ? item(target, entry.name, 'model', 0) : item(`${target}/`, `${entry.name}/`, 'folder', 2),
    );
  }
  if (kind === 'folder' && typed === '') {
    for (const model of await modelsNear(files, path.dirname(own)))
      items.push(item(model, model, 'model', 0));
  }
  return items;
}

interface Entry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
}

/** What a folder shows: no hidden names, no packages, nothing when it cannot be read. */
async function entriesOf(files: FileReader, folder: string): Promise<Entry[]> {
  const names = await files.list(folder).catch(() => []);
  const shown = names.filter((name) => !name.startsWith('.') && name !== 'node_modules').slice(0, entryLimit);
  const entries: Entry[] = [];
  for (const name of shown) {
    const kind = (await files.facts(path.join(folder, name)).catch(() => undefined))?.kind;
    if (kind === 'file' || kind === 'folder') entries.push({ name, kind });
  }
  return entries;
}

async function isModelFolder(files: FileReader, folder: string): Promise<boolean> {
  const facts = await files.facts(path.join(folder, 'config.json')).catch(() => undefined);
  return facts?.kind === 'file';
}

/** Model folders around the file, level by level, as relative paths; the file's parent folder counts as near. */
async function modelsNear(files: FileReader, folder: string): Promise<string[]> {
  const found: string[] = [];
  const seen = new Set<string>();
  let level = [folder, path.dirname(folder)];
  for (let depth = 0; depth < 3 && level.length > 0; depth += 1) {
    const next: string[] = [];
    for (const current of level) {
      if (seen.has(current) || seen.size >= folderLimit) continue;
      seen.add(current);
      for (const { name, kind } of await entriesOf(files, current)) {
        const inside = path.join(current, name);
        if (kind !== 'folder' || seen.has(inside)) continue;
        if (await isModelFolder(files, inside)) found.push(inside);
        else next.push(inside);
      }
    }
    level = next;
  }
  const relative = found.map((model) => path.relative(folder, model).replaceAll('\\', '/'));
  // What lies directly in the folder is listed already.
  return [...new Set(relative)].filter((model) => model.includes('/'));
}
