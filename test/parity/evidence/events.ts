import { redactEventData } from '../../../engine/report/redact-event-data.ts';
import type { ParityFile } from '../parity-types.ts';
import { sectionCases } from './section-cases.ts';

/** What a log may hold of the data of its events (spec 04 §6). */
export const evidenceEvents: ParityFile = {
  cases: ({ json }) => [
    ...sectionCases(json, 'sanitize', ['output'], ({ input }) => ({ output: redactEventData(input) })),
    ...sectionCases(
      { sanitize_with_options: json.sanitize_max_len_8_keywords_pin?.cases },
      'sanitize_with_options',
      ['output'],
      ({ input }) => ({ output: redactEventData(input) }),
    ),
    ...sectionCases(json, 'sequences', ['status', 'error', 'events'], () => ({})),
  ],
};
