import type { TextDocument } from 'vscode-languageserver-textdocument';
import { checkTree, schemaOfKind } from '../engine/config/check-tree.ts';
import type { MappingNode } from '../engine/config/config-node.ts';
import { configSchema, type Schema } from '../engine/config/config-schema.ts';
import { rememberedModelFacts } from '../engine/config/file-rules/model-facts.ts';
import { type ConfigFileKind, configFileKind } from '../engine/config/is-invarlock-config.ts';
import { readConfigTree } from '../engine/config/read-config-tree.ts';
import type { IncludedFile } from '../engine/config/resolve-includes.ts';
import type { Finding } from '../engine/core/findings.ts';
import { type DocumentKind, documentKind } from './document-kind.ts';
import { filePath, profilesOfRoot, type ServerServices, workingFolder } from './services.ts';
import { parseOnce } from './yaml/read-once.ts';

/** Model folders are looked into once, not at every key. */
const readModelFacts = rememberedModelFacts();

/** What is known about one version of a document. */
export interface Analysis {
  readonly kind: DocumentKind;
  /** The name of the document in findings about itself; findings with another file are about an included one. */
  readonly file: string;
  /** What a configuration is for: a run, a profile, the tiers. */
  readonly fileKind: ConfigFileKind;
  /** Which keys exist in such a file. */
  readonly schema: Schema;
  readonly findings: readonly Finding[];
  readonly includes: readonly IncludedFile[];
  /** A configuration after includes and `defaults`; undefined when there is none. */
  readonly merged?: MappingNode | undefined;
  /** The text of every file that was read, by its name in findings. */
  readonly texts?: ReadonlyMap<string, string>;
}

export async function analyze(document: TextDocument, services: ServerServices): Promise<Analysis> {
  const text = document.getText();
  const kind = documentKind(document.uri, text, services.configFolders);
  const path = filePath(document.uri);
  const file = path ?? document.uri;
  const fileKind = configFileKind(file);
  const about = { kind, file, fileKind, schema: kind === 'config' ? schemaOfKind(fileKind) : configSchema };
  if (kind === 'certificate' || kind === 'report') {
    // Loaded on demand: most sessions never open a certificate, and its schema is large.
    const { checkCertificate, checkReport } = await import('./certificates/check-certificate.ts');
    const findings = kind === 'certificate' ? checkCertificate(text, file) : checkReport(text, file);
    return { ...about, findings, includes: [] };
  }
  if (kind === 'other') return { ...about, findings: [], includes: [] };
  // Without a path there is no folder to include from.
  const tree =
    services.files && path !== undefined
      ? await readConfigTree(services.files, path, {
          allowOutside: services.allowIncludeOutside,
          parse: parseOnce,
        })
      : readConfigTree.fromText(text, file, parseOnce);
  const { includes, texts } = tree;
  const isConfig = fileKind === 'config';
  const findings = await checkTree(tree, file, {
    files: path === undefined ? undefined : services.files,
    environment: services.environment ?? {},
    workingFolder: path === undefined ? '' : workingFolder(path, services),
    customProfiles: path === undefined || !isConfig ? [] : await profilesOfRoot(path, services),
    readModelFacts,
  });
  return { ...about, findings, includes, ...(isConfig && { texts, merged: tree.root }) };
}
