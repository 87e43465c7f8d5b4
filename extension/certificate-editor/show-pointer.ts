import { findNodeAtLocation, type JSONPath, parseTree } from 'jsonc-parser';
import * as vscode from 'vscode';

/** Opens the certificate in the text editor, at the value of a JSON pointer when there is one. */
export async function showPointer(document: vscode.TextDocument, pointer: string | undefined): Promise<void> {
  const range = pointer === undefined ? undefined : rangeOfPointer(document, pointer);
  await vscode.commands.executeCommand('vscode.openWith', document.uri, 'default', {
    ...(range === undefined ? {} : { selection: range }),
  } satisfies vscode.TextDocumentShowOptions);
}

/** The place of the value; of the nearest value above it when the certificate lacks it. */
function rangeOfPointer(document: vscode.TextDocument, pointer: string): vscode.Range | undefined {
  const root = parseTree(document.getText());
  if (!root) return undefined;
  for (let path = segments(pointer); ; path = path.slice(0, -1)) {
    const node = findNodeAtLocation(root, path) ?? findNodeAtLocation(root, path.map(asIndex));
    // The property's key is what people look for.
    const shown = node?.parent?.type === 'property' ? node.parent : node;
    if (shown)
      return new vscode.Range(
        document.positionAt(shown.offset),
        document.positionAt(shown.offset + shown.length),
      );
    if (path.length === 0) return undefined;
  }
}

function segments(pointer: string): JSONPath {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function asIndex(segment: string | number): string | number {
  return /^\d+$/u.test(String(segment)) ? Number(segment) : segment;
}
