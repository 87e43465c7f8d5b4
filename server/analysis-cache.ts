import type { TextDocument } from 'vscode-languageserver-textdocument';
import { type Analysis, analyze } from './analysis.ts';
import type { ServerServices } from './services.ts';

/** The latest analysis of every open document: the features of an editor ask about the same version many times. */
export interface AnalysisCache {
  of(document: TextDocument): Promise<Analysis>;
  /** A new one, because the files that a document includes may have changed. */
  fresh(document: TextDocument): Promise<Analysis>;
  /** Something changed that others may depend on. */
  clear(): void;
}

export function analysisCache(services: () => ServerServices): AnalysisCache {
  const known = new Map<string, { version: number; analysis: Promise<Analysis> }>();
  const cache: AnalysisCache = {
    of(document) {
      const latest = known.get(document.uri);
      return latest?.version === document.version ? latest.analysis : cache.fresh(document);
    },
    fresh(document) {
      const { uri, version } = document;
      const analysis = analyze(document, services());
      known.set(uri, { version, analysis });
      // A failure is answered by whoever asked; it must not be remembered.
      analysis.catch(() => known.delete(uri));
      return analysis;
    },
    clear: () => known.clear(),
  };
  return cache;
}
