import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { CertificateView } from '../../engine/render/certificate-view.ts';
import { lazyStart } from './lazy-start.ts';
import { mayBeOurs } from './may-be-ours.ts';
import { makeRestartPolicy } from './restart-policy.ts';

/** The language server as the rest of the extension sees it. */
export interface ServerConnection extends vscode.Disposable {
  /** Whether anything has needed the server yet. */
  readonly isStarted: boolean;
  restart(): Promise<void>;
  /** What the certificate panel shows for this text. */
  certificateView(text: string, token: vscode.CancellationToken): Promise<CertificateView>;
}

/**
 * Starts the language server in its own process when the first document of ours is open, and keeps it running. Most people
 * who open a YAML file open somebody else's: for them nothing is loaded and nothing runs.
 */
export function startServerConnection(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): ServerConnection {
  const policy = makeRestartPolicy();
  let isTried = false;
  const server = lazyStart(async () => {
    // The client is most of this extension's code, so it is not even evaluated before it is needed.
    const { makeClient } = await import('./language-client.ts');
    const client = makeClient(context.asAbsolutePath('dist/server.js'), log, {
      mayRestart: () => policy.mayRestart(Date.now()),
      onGivenUp: () => void offerHelp(),
    });
    try {
      await client.start();
    } catch (error) {
      log.error(`The language server did not start: ${describe(error)}`);
      void offerHelp();
      throw error;
    }
    log.info(`The language server ${client.initializeResult?.serverInfo?.version ?? ''} is running.`);
    return client;
  });

  async function restart(): Promise<void> {
    policy.reset();
    const client: LanguageClient | undefined = await server.started?.catch(() => undefined);
    if (!client) {
      await server.get();
      return;
    }
    await client.stop().catch((error: unknown) => log.warn(`Stopping the server: ${describe(error)}`));
    await client.start();
    log.info('The language server was restarted.');
  }

  async function offerHelp(): Promise<void> {
    const restartItem = 'Restart';
    const chosen = await vscode.window.showErrorMessage(
      'The InvarLock language server stopped and was not started again.',
      restartItem,
      'Show Log',
    );
    if (chosen === restartItem) await restart();
    else if (chosen) log.show();
  }

  function startFor(documents: readonly vscode.TextDocument[]): void {
    if (isTried) return;
    const isOurs = documents.some((document) => {
      const { uri } = document;
      const folders =
        vscode.workspace.getConfiguration('invarlock', uri).get<string[]>('configFolders') ?? [];
      return mayBeOurs({ path: uri.path, text: () => document.getText() }, folders);
    });
    if (!isOurs) return;
    // A server that cannot start is not tried again at every key; what goes wrong is said where it starts.
    isTried = true;
    server.get().catch(() => undefined);
  }

  const openDocuments = () => startFor(vscode.workspace.textDocuments);
  const watching = vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument((document) => startFor([document])),
    vscode.workspace.onDidChangeTextDocument(({ document }) => startFor([document])),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('invarlock.configFolders')) openDocuments();
    }),
  );
  openDocuments();

  return {
    get isStarted() {
      return server.started !== undefined;
    },
    restart,
    async certificateView(text, token) {
      const client = await server.get();
      return client.sendRequest<CertificateView>('invarlock/certificateView', { text }, token);
    },
    dispose() {
      watching.dispose();
      void server.started?.then(
        (client) => client.dispose(),
        () => undefined,
      );
    },
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
