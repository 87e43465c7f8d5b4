import * as vscode from 'vscode';
import type { ServerConnection } from '../client/server-connection.ts';
import type { PanelMessage, PanelRequest } from '../protocol/certificate-messages.ts';
import { showInText } from './show-in-text.ts';
import { panelResources, webviewPage } from './webview-page.ts';

const VIEW_TYPE = 'invarlock.certificate';
// Long enough to gather the events of one edit, too short to be seen.
const GATHER_MS = 100;

/** Opens `*.cert.json` as a panel that follows the document. */
export function registerCertificateEditor(
  context: vscode.ExtensionContext,
  connection: ServerConnection,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  return vscode.window.registerCustomEditorProvider(VIEW_TYPE, {
    resolveCustomTextEditor(document, panel) {
      openPanel(context.extensionUri, connection, log, document, panel);
    },
  });
}

function openPanel(
  extensionUri: vscode.Uri,
  connection: ServerConnection,
  log: vscode.LogOutputChannel,
  document: vscode.TextDocument,
  panel: vscode.WebviewPanel,
): void {
  const fileName = vscode.workspace.asRelativePath(document.uri);
  const asked = new CancelLast();
  let timer: NodeJS.Timeout | undefined;

  const send = (message: PanelMessage) => void panel.webview.postMessage(message);
  const refresh = async () => {
    const token = asked.next();
    try {
      const view = await connection.certificateView(document.getText(), token);
      if (!token.isCancellationRequested) send({ kind: 'view', view, fileName });
    } catch (error) {
      if (token.isCancellationRequested) return;
      const reason = error instanceof Error ? error.message : String(error);
      log.error(`The view of ${fileName} could not be made: ${reason}`);
      send({ kind: 'unavailable', reason, fileName });
    }
  };
  const answer = (request: PanelRequest) => {
    if (request.kind === 'ready') void refresh();
    else if (request.kind === 'open-text') void showInText(document, request.range);
    else if (request.kind === 'open-link') openLink(request.url);
    else void vscode.commands.executeCommand('invarlock.verifyCertificate', document.uri);
  };

  const subscriptions = vscode.Disposable.from(
    asked,
    panel.webview.onDidReceiveMessage(answer),
    vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document !== document || event.contentChanges.length === 0) return;
      clearTimeout(timer);
      timer = setTimeout(() => void refresh(), GATHER_MS);
    }),
  );
  panel.onDidDispose(() => {
    clearTimeout(timer);
    subscriptions.dispose();
  });
  panel.webview.options = { enableScripts: true, localResourceRoots: [panelResources(extensionUri)] };
  panel.webview.html = webviewPage(panel.webview, extensionUri);
}

/** The panel may only ask for pages of the web: no command, no file. */
function openLink(url: string): void {
  if (url.startsWith('https://')) void vscode.env.openExternal(vscode.Uri.parse(url, true));
}

/** Cancels the question before: only the answer about the newest text is of interest. */
class CancelLast implements vscode.Disposable {
  private source = new vscode.CancellationTokenSource();

  next(): vscode.CancellationToken {
    this.dispose();
    this.source = new vscode.CancellationTokenSource();
    return this.source.token;
  }

  dispose(): void {
    this.source.cancel();
    this.source.dispose();
  }
}
