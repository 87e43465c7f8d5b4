import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import type {
  ClientCapabilities,
  CodeAction,
  CompletionItem,
  Diagnostic,
  DocumentDiagnosticReport,
  Hover,
  InitializeResult,
  Position,
  Range,
} from 'vscode-languageserver/node';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';

const server = path.resolve(import.meta.dirname, '../../dist/server.js');

/** A minimal LSP client over stdio, for the bundled server that ships. */
export class LspClient {
  readonly initialized: Promise<InitializeResult>;
  readonly log: string[] = [];
  private readonly child: ChildProcess;
  private readonly connection: MessageConnection;
  private readonly pushed = new Map<string, Diagnostic[]>();
  private readonly waiting = new Map<string, (diagnostics: Diagnostic[]) => void>();
  private readonly texts = new Map<string, { text: string; version: number }>();

  constructor(
    capabilities: ClientCapabilities = { textDocument: { diagnostic: {} } },
    initializationOptions: unknown = undefined,
    workspaceFolders: readonly string[] = [],
  ) {
    this.child = spawn(process.execPath, [server, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const { stdin, stdout } = this.child;
    if (!stdin || !stdout) throw new Error('the server has no stdio');
    this.connection = createMessageConnection(
      new StreamMessageReader(stdout),
      new StreamMessageWriter(stdin),
    );
    this.connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
      this.log.push(message);
    });
    this.connection.onNotification(
      'textDocument/publishDiagnostics',
      ({ uri, diagnostics }: { uri: string; diagnostics: Diagnostic[] }) => {
        this.pushed.set(uri, diagnostics);
        this.waiting.get(uri)?.(diagnostics);
        this.waiting.delete(uri);
      },
    );
    this.connection.listen();
    this.initialized = this.initialize({
      capabilities,
      initializationOptions,
      ...(workspaceFolders.length > 0 && {
        workspaceFolders: workspaceFolders.map((uri) => ({ uri, name: path.basename(uri) })),
      }),
    });
  }

  private async initialize(given: object): Promise<InitializeResult> {
    const parameters = { processId: process.pid, rootUri: null, ...given };
    const result = await this.connection.sendRequest<InitializeResult>('initialize', parameters);
    await this.connection.sendNotification('initialized', {});
    return result;
  }

  async open(uri: string, text: string, languageId = 'yaml'): Promise<void> {
    await this.initialized;
    this.texts.set(uri, { text, version: 1 });
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  /** Sends one incremental change. */
  async change(uri: string, range: Range, text: string): Promise<void> {
    const known = this.texts.get(uri);
    const version = (known?.version ?? 0) + 1;
    this.texts.set(uri, { text: known?.text ?? '', version });
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ range, text }],
    });
  }

  async close(uri: string): Promise<void> {
    await this.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }

  async diagnostics(uri: string): Promise<Diagnostic[]> {
    const report = await this.connection.sendRequest<DocumentDiagnosticReport>('textDocument/diagnostic', {
      textDocument: { uri },
    });
    return report.kind === 'full' ? report.items : [];
  }

  /** The next diagnostics that the server pushes for a document. */
  nextPush(uri: string): Promise<Diagnostic[]> {
    return new Promise((resolve) => {
      this.waiting.set(uri, resolve);
    });
  }

  completion(uri: string, position: Position): Promise<CompletionItem[]> {
    return this.connection.sendRequest('textDocument/completion', { textDocument: { uri }, position });
  }

  hover(uri: string, position: Position): Promise<Hover | null> {
    return this.connection.sendRequest('textDocument/hover', { textDocument: { uri }, position });
  }

  codeActions(uri: string, range: Range): Promise<CodeAction[]> {
    return this.connection.sendRequest('textDocument/codeAction', {
      textDocument: { uri },
      range,
      context: { diagnostics: [] },
    });
  }

  async notify(method: string, parameters: unknown): Promise<void> {
    await this.connection.sendNotification(method, parameters);
  }

  request<T>(method: string, parameters: unknown): Promise<T> {
    return this.connection.sendRequest<T>(method, parameters);
  }

  /** Ends the session as the protocol wants it; gives the exit code. */
  async stop(): Promise<number | null> {
    const exited = new Promise<number | null>((resolve) => {
      this.child.once('exit', (code) => resolve(code));
    });
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    const code = await exited;
    this.connection.dispose();
    return code;
  }
}
