import * as vscode from 'vscode';
import { CloseAction, ErrorAction, LanguageClient, TransportKind } from 'vscode-languageclient/node';
import type { CertificateView } from '../../engine/render/certificate-view.ts';
import { makeRestartPolicy } from './restart-policy.ts';

/** The language server as the rest of the extension sees it. */
export interface ServerConnection extends vscode.Disposable {
  restart(): Promise<void>;
  /** What the certificate panel shows for this text. */
  certificateView(text: string, token: vscode.CancellationToken): Promise<CertificateView>;
}

/** Starts the language server in its own process and keeps it running. */
export function startServerConnection(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): ServerConnection {
  const policy = makeRestartPolicy();
  const program = {
    module: context.asAbsolutePath('dist/server.js'),
    transport: TransportKind.ipc,
    // A server that reads foreign files must not take the editor's machine down with it.
    options: { execArgv: ['--max-old-space-size=1024'] },
  };
  const client = new LanguageClient(
    'invarlock',
    'InvarLock',
    { run: program, debug: program },
    {
      documentSelector: [{ language: 'yaml' }, { pattern: '**/*.cert.json' }, { pattern: '**/report.json' }],
      // The commands behind the code lenses are ours.
      initializationOptions: { commands: true },
      outputChannel: log,
      traceOutputChannel: log,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue }),
        closed: () => {
          if (policy.mayRestart(Date.now())) return { action: CloseAction.Restart };
          void offerHelp();
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    },
  );

  let running = start();

  function start(): Promise<void> {
    const started = client.start();
    started.then(
      () => log.info(`The language server ${client.initializeResult?.serverInfo?.version ?? ''} is running.`),
      (error: unknown) => {
        log.error(`The language server did not start: ${describe(error)}`);
        void offerHelp();
      },
    );
    return started;
  }

  async function restart(): Promise<void> {
    policy.reset();
    await client.stop().catch((error: unknown) => log.warn(`Stopping the server: ${describe(error)}`));
    running = start();
    await running;
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

  return {
    restart,
    async certificateView(text, token) {
      await running;
      return client.sendRequest<CertificateView>('invarlock/certificateView', { text }, token);
    },
    dispose() {
      void client.dispose();
    },
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
