import type { RowPlace } from './data-item.ts';

/**
 * Why a data file cannot be read any further. Never leaves this folder: `readRows` turns it into a finding.
 */
export class DataProblem extends Error {
  readonly place: RowPlace | undefined;
  readonly code: 'T313' | 'T314';

  /** `message` continues a sentence that begins with the file's name, and says what to do. */
  constructor(message: string, place?: RowPlace, code: 'T313' | 'T314' = 'T313') {
    super(message);
    this.place = place;
    this.code = code;
  }
}
