import {
  type Connection,
  DidChangeConfigurationNotification,
  DocumentDiagnosticReportKind,
  type InitializeResult,
  TextDocuments,
  type WorkspaceFolder,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { toolVersion } from '../engine/version.ts';
import { analysisCache } from './analysis-cache.ts';
import { type ClientFacts, clientFacts, serverCapabilities } from './capabilities.ts';
import type { CertificateViewParameters } from './certificates/show-certificate.ts';
import { diagnose } from './features/diagnostics.ts';
import { guardFor } from './guard.ts';
import { registerFeatures } from './register-features.ts';
import { filePath, type ServerServices, withOpenDocuments } from './services.ts';
import { readSettings, type ServerSettings } from './settings.ts';

/** The request with which an editor asks what a certificate shows: of a text, or of a document by its URI. */
const certificateViewRequest = 'invarlock/certificateView';

/** Text that is typed quickly is not checked letter by letter; how long that waits follows how long a check takes. */
const longestPushDelayMs = 50;

/** Whatever their names, the files of INVARLOCK_CONFIG_ROOT are ours. */
function runtimeFolders(environment: ServerServices['environment']): string[] {
  const root = environment?.INVARLOCK_CONFIG_ROOT?.trim().replace(/[\\/]+$/, '') ?? '';
  return root === '' ? [] : [`${root}/runtime`];
}

function foldersOf(folders: readonly WorkspaceFolder[]): string[] {
  return folders.flatMap(({ uri }) => filePath(uri) ?? []);
}

/** Wires the features to a connection: with `registerFeatures` the only place that knows requests and notifications. */
export function startServer(connection: Connection, outerServices: ServerServices): void {
  const documents = new TextDocuments(TextDocument);
  const files = outerServices.files && withOpenDocuments(outerServices.files, () => documents.all());
  let settings: ServerSettings = readSettings(undefined);
  const services = (): ServerServices => ({
    ...outerServices,
    files,
    environment: {
      ...outerServices.environment,
      ...(settings.allowNetwork && { INVARLOCK_ALLOW_NETWORK: '1' }),
    },
    configFolders: [
      ...(outerServices.configFolders ?? []),
      ...runtimeFolders(outerServices.environment),
      ...settings.configFolders,
    ],
    workspaceFolders,
  });
  const analyses = analysisCache(services);
  const guarded = guardFor(connection);
  const pending = new Map<string, ReturnType<typeof setTimeout>>();
  let client: ClientFacts | undefined;
  let checkMs = 0;
  let workspaceFolders: readonly string[] = [];

  connection.onInitialize((parameters): InitializeResult => {
    client = clientFacts(parameters);
    settings = readSettings(parameters.initializationOptions);
    workspaceFolders = foldersOf(parameters.workspaceFolders ?? []);
    return {
      serverInfo: { name: 'invarlock', version: toolVersion },
      capabilities: serverCapabilities(client),
    };
  });

  connection.onInitialized(() => {
    if (client?.tellsWorkspaceFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(foldersOf(removed));
        workspaceFolders = [...workspaceFolders.filter((folder) => !gone.has(folder)), ...foldersOf(added)];
      });
    }
    if (!client?.pullsSettings) return;
    void guarded('settings', undefined, undefined, async () => {
      await connection.client.register(DidChangeConfigurationNotification.type, { section: 'invarlock' });
      await pullSettings();
    });
  });

  connection.onDidChangeConfiguration(({ settings: sent }) => {
    void guarded('settings', undefined, undefined, async () => {
      if (client?.pullsSettings) await pullSettings();
      else useSettings(sent?.invarlock ?? sent);
    });
  });

  async function pullSettings(): Promise<void> {
    useSettings(await connection.workspace.getConfiguration('invarlock'));
  }

  function useSettings(given: unknown): void {
    settings = readSettings(given);
    recheck();
  }

  connection.onDidChangeWatchedFiles(recheck);

  /** What is open may mean something else now. */
  function recheck(): void {
    analyses.clear();
    if (client?.refreshesDiagnostics) connection.languages.diagnostics.refresh();
    if (client?.refreshesHints) void connection.languages.inlayHint.refresh();
    // A setting may have made a document ours.
    if (client?.refreshesTokens) void connection.languages.semanticTokens.refresh();
    if (!client?.pulls) for (const { uri } of documents.all()) schedule(uri);
  }

  async function diagnosticsOf(uri: string) {
    const document = documents.get(uri);
    return document ? diagnose(document, await analyses.fresh(document), services()) : [];
  }

  async function push(uri: string): Promise<void> {
    const document = documents.get(uri);
    const version = document?.version;
    if (!document || version === undefined) return;
    const begun = performance.now();
    const diagnostics = await diagnosticsOf(uri);
    checkMs = performance.now() - begun;
    // The text may have moved on meanwhile; then the newer run sends.
    if (documents.get(uri)?.version !== version) return;
    await connection.sendDiagnostics({ uri, version, diagnostics });
  }

  connection.languages.diagnostics.on(async ({ textDocument }, token) => {
    const items = await guarded('diagnostics', [], token, () => diagnosticsOf(textDocument.uri));
    if (!Array.isArray(items)) throw items;
    return { kind: DocumentDiagnosticReportKind.Full, items };
  });

  function schedule(uri: string): void {
    clearTimeout(pending.get(uri));
    const timer = setTimeout(
      () => void guarded('diagnostics', undefined, undefined, () => push(uri)),
      Math.min(longestPushDelayMs, 2 * checkMs),
    );
    pending.set(uri, timer);
  }

  documents.onDidChangeContent(({ document }) => {
    // Others may include this one.
    analyses.clear();
    if (!client?.pulls) schedule(document.uri);
  });

  documents.onDidClose(({ document }) => {
    analyses.clear();
    clearTimeout(pending.get(document.uri));
    pending.delete(document.uri);
    if (!client?.pulls) void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });

  registerFeatures(connection, {
    guarded,
    document: (uri) => documents.get(uri),
    analysisOf: (document) => analyses.of(document),
    services,
    settings: () => settings,
    client: () => client,
  });

  // Not guarded: an editor that draws a certificate must learn that there is nothing to draw.
  connection.onRequest(certificateViewRequest, async (parameters: CertificateViewParameters) => {
    const { showCertificate } = await import('./certificates/show-certificate.ts');
    return showCertificate(parameters, (uri) => documents.get(uri)?.getText(), services());
  });

  documents.listen(connection);
  connection.listen();
}
