import { escapeHtml } from './escape-html.ts';
import { facts, htmlPage, section } from './html-page.ts';
import { escapeMarkdown, factTable } from './markdown.ts';
import type { RunReportView } from './run-report-view.ts';

const TITLE = 'InvarLock Evaluation Report';

/** A run report as Markdown (spec 04 §4.5). */
export function renderReportMarkdown({ headline, sections }: RunReportView): string {
  const parts = [
    `# ${TITLE}`,
    escapeMarkdown(headline),
    ...sections.flatMap(({ title, rows }) => [`## ${title}`, factTable(rows)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** A run report as one page that needs no other file. */
export function renderReportHtml({ headline, sections }: RunReportView): string {
  return htmlPage(TITLE, TITLE, [
    `<p>${escapeHtml(headline)}</p>`,
    ...sections.map(({ title, rows }) => section(title, facts(rows))),
  ]);
}
