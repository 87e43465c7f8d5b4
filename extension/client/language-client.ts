import type * as vscode from 'vscode';
import { CloseAction, ErrorAction, LanguageClient, TransportKind } from 'vscode-languageclient/node';

export interface Endings {
  /** The server ended by itself: may it be started again? */
  mayRestart(): boolean;
  /** It will not be. */
  onGivenUp(): void;
}

/** The client of the language server, not started yet. */
export function makeClient(
  module: string,
  log: vscode.LogOutputChannel,
  { mayRestart, onGivenUp }: Endings,
): LanguageClient {
  const program = {
    module,
    transport: TransportKind.ipc,
    // A server that reads foreign files must not take the editor's machine down with it.
    options: { execArgv: ['--max-old-space-size=1024'] },
  };
  return new LanguageClient(
    'invarlock',
    'InvarLock',
    { run: program, debug: program },
    {
      documentSelector: [{ language: 'yaml' }, { pattern: '**/*.cert.json' }, { pattern: '**/report.json' }],
      // The commands behind the code lenses and the fixes are ours.
      initializationOptions: { commands: true },
      outputChannel: log,
      traceOutputChannel: log,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue }),
        closed: () => {
          if (mayRestart()) return { action: CloseAction.Restart };
          onGivenUp();
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    },
  );
}
