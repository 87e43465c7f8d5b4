import type { InitializeParams, ServerCapabilities } from 'vscode-languageserver';
import { TextDocumentSyncKind } from 'vscode-languageserver';
import { codeActionKinds } from './features/code-actions.ts';
import { tokenLegend } from './features/semantic-tokens.ts';

/** What a client can do, as far as it matters to us. */
export interface ClientFacts {
  readonly pulls: boolean;
  readonly createsFiles: boolean;
  readonly snippets: boolean;
  /** Asks for the documentation of a completion item when it is looked at. */
  readonly resolvesDocumentation: boolean;
  readonly pullsSettings: boolean;
  readonly tellsWorkspaceFolders: boolean;
  /** Has the commands behind the code lenses. */
  readonly hasCommands: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly refreshesHints: boolean;
  readonly refreshesTokens: boolean;
}

export function clientFacts({ capabilities, initializationOptions }: InitializeParams): ClientFacts {
  const { textDocument, workspace } = capabilities;
  const item = textDocument?.completion?.completionItem;
  const options: unknown = initializationOptions;
  return {
    pulls: textDocument?.diagnostic !== undefined,
    createsFiles: workspace?.workspaceEdit?.resourceOperations?.includes('create') ?? false,
    snippets: item?.snippetSupport ?? false,
    resolvesDocumentation: item?.resolveSupport?.properties.includes('documentation') ?? false,
    tellsWorkspaceFolders: workspace?.workspaceFolders ?? false,
    pullsSettings: workspace?.configuration ?? false,
    hasCommands:
      typeof options === 'object' && options !== null && 'commands' in options && options.commands === true,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport ?? false,
    refreshesHints: workspace?.inlayHint?.refreshSupport ?? false,
    refreshesTokens: workspace?.semanticTokens?.refreshSupport ?? false,
  };
}

export function serverCapabilities(client: ClientFacts): ServerCapabilities {
  return {
    textDocumentSync: TextDocumentSyncKind.Incremental,
    completionProvider: {
      triggerCharacters: [':', ' ', '-', '[', '{', ',', '/', '*', '"'],
      resolveProvider: true,
    },
    hoverProvider: true,
    codeActionProvider: { codeActionKinds },
    documentSymbolProvider: true,
    foldingRangeProvider: true,
    selectionRangeProvider: true,
    definitionProvider: true,
    referencesProvider: true,
    renameProvider: { prepareProvider: true },
    documentLinkProvider: {},
    inlayHintProvider: true,
    semanticTokensProvider: { legend: tokenLegend, full: true, range: true },
    ...(client.tellsWorkspaceFolders && {
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    }),
    ...(client.hasCommands && { codeLensProvider: {} }),
    ...(client.pulls && {
      diagnosticProvider: {
        identifier: 'invarlock',
        interFileDependencies: true,
        workspaceDiagnostics: false,
      },
    }),
  };
}
