import type { CancellationToken, Connection, Position } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analysis } from './analysis.ts';
import type { ClientFacts } from './capabilities.ts';
import { lateDocumentation } from './completion/late-documentation.ts';
import { codeActions } from './features/code-actions.ts';
import { codeLenses } from './features/code-lenses.ts';
import { complete } from './features/completion.ts';
import { definition, references, rename, renameTarget } from './features/definition.ts';
import { documentLinks } from './features/document-links.ts';
import { guardDefinition } from './features/guard-definition.ts';
import { hover } from './features/hover.ts';
import { inlayHints } from './features/inlay-hints.ts';
import { documentSymbols, foldingRanges, selectionRanges } from './features/outline.ts';
import { semanticTokens } from './features/semantic-tokens.ts';
import type { Guard } from './guard.ts';
import type { ServerServices } from './services.ts';
import type { ServerSettings } from './settings.ts';

/** What the features see of a session. */
export interface Session {
  readonly guarded: Guard;
  document(uri: string): TextDocument | undefined;
  analysisOf(document: TextDocument): Promise<Analysis>;
  services(): ServerServices;
  settings(): ServerSettings;
  client(): ClientFacts | undefined;
}

interface AtDocument {
  readonly textDocument: { readonly uri: string };
}

interface AtPosition extends AtDocument {
  readonly position: Position;
}

/** One line per request: which feature answers it, and with what when there is nothing to say. */
export function registerFeatures(connection: Connection, session: Session): void {
  const { guarded } = session;
  const documentation = lateDocumentation();

  /** A feature that is about one of our documents; all others get `fallback`. */
  function feature<P extends AtDocument, T>(
    name: string,
    fallback: T,
    work: (document: TextDocument, analysis: Analysis, parameters: P) => T | Promise<T>,
  ) {
    return (parameters: P, token: CancellationToken) =>
      guarded(name, fallback, token, async () => {
        const document = session.document(parameters.textDocument.uri);
        const analysis = document && (await session.analysisOf(document));
        if (!document || !analysis || analysis.kind === 'other') return fallback;
        return work(document, analysis, parameters);
      });
  }

  /** One that is about configurations only. */
  function configFeature<P extends AtDocument, T>(
    name: string,
    fallback: T,
    work: (document: TextDocument, analysis: Analysis, parameters: P) => T | Promise<T>,
  ) {
    return feature<P, T>(name, fallback, (document, analysis, parameters) =>
      analysis.kind === 'config' ? work(document, analysis, parameters) : fallback,
    );
  }

  const offsetOf = (document: TextDocument, { position }: AtPosition) => document.offsetAt(position);

  // Completion does not wait for an analysis: it looks at the text alone.
  connection.onCompletion(({ textDocument, position }, token) =>
    guarded('completion', [], token, async () => {
      const document = session.document(textDocument.uri);
      const client = session.client();
      if (!document) return [];
      const options = { snippets: client?.snippets ?? false };
      const items = await complete(document, document.offsetAt(position), session.services(), options);
      return client?.resolvesDocumentation ? documentation.hold(items) : items;
    }),
  );
  connection.onCompletionResolve((item) => documentation.resolve(item));

  connection.onHover(
    feature('hover', null, async (document, analysis, parameters: AtPosition) => {
      if (analysis.kind === 'config')
        return hover(document, offsetOf(document, parameters), analysis, session.services());
      const { certificateHover } = await import('./certificates/certificate-hover.ts');
      return certificateHover(document, offsetOf(document, parameters), analysis);
    }),
  );

  connection.onCodeAction(({ textDocument, range, context }, token) =>
    configFeature('code actions', [], (document, analysis) => {
      const { createsFiles = false } = session.client() ?? {};
      return codeActions(document, range, analysis, { only: context.only, createsFiles });
    })({ textDocument }, token),
  );

  connection.onDocumentSymbol(configFeature('document symbols', [], (document) => documentSymbols(document)));
  connection.onFoldingRanges(configFeature('folding', [], (document) => foldingRanges(document)));
  connection.onSelectionRanges(({ textDocument, positions }, token) =>
    configFeature('selection ranges', [], (document) => selectionRanges(document, positions))(
      { textDocument },
      token,
    ),
  );
  connection.onDefinition(
    configFeature('definition', null, (document, analysis, parameters: AtPosition) => {
      const offset = offsetOf(document, parameters);
      const found = definition(document, offset, analysis);
      return found ? [found] : guardDefinition(document, offset, analysis, session.services());
    }),
  );
  connection.onReferences(({ textDocument, position, context }, token) =>
    configFeature('references', [], (document) =>
      references(document, document.offsetAt(position), context.includeDeclaration),
    )({ textDocument }, token),
  );
  connection.onPrepareRename(
    configFeature('rename', null, (document, _, parameters: AtPosition) =>
      renameTarget(document, offsetOf(document, parameters)),
    ),
  );
  connection.onRenameRequest(({ textDocument, position, newName }, token) =>
    configFeature('rename', null, (document) => rename(document, document.offsetAt(position), newName))(
      { textDocument },
      token,
    ),
  );
  connection.onDocumentLinks(
    configFeature('document links', [], (document) => documentLinks(document, session.services())),
  );
  connection.onCodeLens(
    configFeature('code lenses', [], (document, analysis) =>
      session.settings().codeLens ? codeLenses(document, analysis, session.services()) : [],
    ),
  );
  connection.languages.inlayHint.on(({ textDocument, range }, token) =>
    configFeature('inlay hints', [], (document, analysis) =>
      session.settings().inlayHints ? inlayHints(document, analysis, range, session.services()) : [],
    )({ textDocument }, token),
  );
  connection.languages.semanticTokens.on(
    configFeature('semantic tokens', { data: [] }, (document, analysis) =>
      semanticTokens(document, analysis),
    ),
  );
  connection.languages.semanticTokens.onRange(({ textDocument, range }, token) =>
    configFeature('semantic tokens', { data: [] }, (document, analysis) =>
      semanticTokens(document, analysis, {
        start: document.offsetAt(range.start),
        end: document.offsetAt(range.end),
      }),
    )({ textDocument }, token),
  );
}
