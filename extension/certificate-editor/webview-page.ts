import * as vscode from 'vscode';

/** The folder that holds everything a panel may load. */
export function panelResources(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}

/**
 * The page of the certificate panel: an empty frame with one script and one style sheet. Nothing from a certificate is
 * ever put into this text; the script receives values and writes them as text nodes.
 */
export function webviewPage(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const folder = panelResources(extensionUri);
  const script = webview.asWebviewUri(vscode.Uri.joinPath(folder, 'webview.js'));
  const style = webview.asWebviewUri(vscode.Uri.joinPath(folder, 'webview.css'));
  const policy = [
    "default-src 'none'",
    `script-src ${webview.cspSource}`,
    `style-src ${webview.cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>InvarLock certificate</title>
</head>
<body>
<main id="certificate" aria-live="polite"></main>
<script src="${script}"></script>
</body>
</html>`;
}
