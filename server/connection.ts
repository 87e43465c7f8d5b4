import {
  type Connection,
  DocumentDiagnosticReportKind,
  type InitializeResult,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { toolVersion } from '../engine/version.ts';
import { type Analysis, analyze } from './analysis.ts';
import type { CertificateViewParameters } from './certificates/show-certificate.ts';
import { codeActionKinds, codeActions } from './features/code-actions.ts';
import { complete } from './features/completion.ts';
import { diagnose } from './features/diagnostics.ts';
import { hover } from './features/hover.ts';
import { type ServerServices, withOpenDocuments } from './services.ts';

/** The request with which an editor asks what a certificate shows: of a text, or of a document by its URI. */
const certificateViewRequest = 'invarlock/certificateView';

const pushDelayMs = 40;

/** Wires the features to a connection: the only place that knows requests and notifications. */
export function startServer(connection: Connection, outerServices: ServerServices): void {
  const documents = new TextDocuments(TextDocument);
  const services: ServerServices = {
    ...outerServices,
    files: outerServices.files && withOpenDocuments(outerServices.files, () => documents.all()),
  };
  const pending = new Map<string, ReturnType<typeof setTimeout>>();
  let clientPulls = false;
  let createsFiles = false;

  connection.onInitialize((parameters): InitializeResult => {
    clientPulls = parameters.capabilities.textDocument?.diagnostic !== undefined;
    const edits = parameters.capabilities.workspace?.workspaceEdit;
    createsFiles = edits?.resourceOperations?.includes('create') ?? false;
    return {
      serverInfo: { name: 'invarlock', version: toolVersion },
      capabilities: {
        textDocumentSync: TextDocumentSyncKind.Incremental,
        completionProvider: { triggerCharacters: [':', ' ', '-', '[', '{', ','] },
        hoverProvider: true,
        codeActionProvider: { codeActionKinds },
        ...(clientPulls && {
          diagnosticProvider: {
            identifier: 'invarlock',
            interFileDependencies: true,
            workspaceDiagnostics: false,
          },
        }),
      },
    };
  });

  /** A handler that fails answers with nothing and says so in the log: one bad document must not end the server. */
  async function guarded<T>(name: string, fallback: T, work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      connection.console.error(`${name} failed: ${detail}`);
      return fallback;
    }
  }

  async function analysisOf(
    uri: string,
  ): Promise<{ document: TextDocument; analysis: Analysis } | undefined> {
    const document = documents.get(uri);
    return document && { document, analysis: await analyze(document, services) };
  }

  async function diagnosticsOf(uri: string) {
    const known = await analysisOf(uri);
    return known ? diagnose(known.document, known.analysis, services) : [];
  }

  async function push(uri: string): Promise<void> {
    const document = documents.get(uri);
    if (!document) return;
    const diagnostics = await guarded('diagnostics', [], () => diagnosticsOf(uri));
    // The text may have moved on meanwhile; then the newer run sends.
    if (documents.get(uri)?.version !== document.version) return;
    await connection.sendDiagnostics({ uri, version: document.version, diagnostics });
  }

  connection.languages.diagnostics.on(async ({ textDocument }) => ({
    kind: DocumentDiagnosticReportKind.Full,
    items: await guarded('diagnostics', [], () => diagnosticsOf(textDocument.uri)),
  }));

  documents.onDidChangeContent(({ document }) => {
    if (clientPulls) return;
    clearTimeout(pending.get(document.uri));
    const timer = setTimeout(
      () => void guarded('diagnostics', undefined, () => push(document.uri)),
      pushDelayMs,
    );
    pending.set(document.uri, timer);
  });

  documents.onDidClose(({ document }) => {
    clearTimeout(pending.get(document.uri));
    pending.delete(document.uri);
    if (!clientPulls) void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });

  connection.onCompletion(({ textDocument, position }) =>
    guarded('completion', [], () => {
      const document = documents.get(textDocument.uri);
      return document ? complete(document, document.offsetAt(position)) : [];
    }),
  );

  connection.onHover(({ textDocument, position }) =>
    guarded('hover', null, () => {
      const document = documents.get(textDocument.uri);
      return document ? hover(document, document.offsetAt(position)) : null;
    }),
  );

  connection.onCodeAction(({ textDocument, range, context }) =>
    guarded('code actions', [], async () => {
      const known = await analysisOf(textDocument.uri);
      return known
        ? codeActions(known.document, range, known.analysis, { only: context.only, createsFiles })
        : [];
    }),
  );

  // Not guarded: an editor that draws a certificate must learn that there is nothing to draw.
  connection.onRequest(certificateViewRequest, async (parameters: CertificateViewParameters) => {
    const { showCertificate } = await import('./certificates/show-certificate.ts');
    return showCertificate(parameters, (uri) => documents.get(uri)?.getText(), services);
  });

  documents.listen(connection);
  connection.listen();
}
