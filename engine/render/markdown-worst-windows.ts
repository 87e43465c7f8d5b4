import {
  signed,
  visibleToken,
  type WorstWindowsView,
  worstTokens,
} from './certificate-view-worst-windows.ts';

/** How many tokens of a window a table lists. */
const listedTokens = 10;

interface MarkdownForms {
  readonly escape: (text: string) => string;
  readonly table: (head: readonly string[], rows: readonly (readonly string[])[]) => string;
}

/** The windows that got worst, each with the tokens whose loss rose most. */
export function markdownWorstWindows(worst: WorstWindowsView | null, forms: MarkdownForms): string[] {
  if (!worst) return [];
  const { escape: escaped, table } = forms;
  return [
    '## Worst Windows',
    escaped(worst.summary),
    table(
      ['Window', 'Baseline loss', 'Subject loss', 'Difference'],
      worst.windows.map(({ title, baseline, subject, delta }) => [
        title,
        baseline.toFixed(4),
        subject.toFixed(4),
        signed(delta),
      ]),
    ),
    ...worst.windows.flatMap((window) => {
      if (window.tokens.length === 0) return [];
      const rows = worstTokens(window, listedTokens).map(({ text, baseline, subject, delta }) => [
        visibleToken(text),
        baseline.toFixed(3),
        subject.toFixed(3),
        signed(delta, 3),
      ]);
      return [
        `### ${escaped(window.title)}`,
        `Tokens whose loss rose most, of ${escaped(window.extent)}.`,
        table(['Token', 'Baseline', 'Subject', 'Difference'], rows),
      ];
    }),
  ];
}
