import type { Checked } from '../../core/findings.ts';
import type { FileReader } from '../../core/ports.ts';
import type { DataText } from '../data-types.ts';
import { type JsonlOptions, readJsonl } from './read-jsonl.ts';
import { textOfRow } from './rows.ts';

export interface LocalJsonlOptions extends JsonlOptions {
  /** Field that holds the text; default `text`. */
  readonly textField?: string;
}

/** Texts of local JSON Lines files (spec 02 §1.8). Fails as `readJsonl` does, and with E306 when no line has a usable text. */
export async function localJsonl(
  files: FileReader,
  resolvePath: (name: string) => Promise<string>,
  options: LocalJsonlOptions,
): Promise<Checked<readonly DataText[]>> {
  const field = options.textField || 'text';
  return readJsonl(
    files,
    resolvePath,
    options,
    (row, rowIndex) => {
      const { text, problem } = { text: '', ...textOfRow(row, field) };
      return problem === undefined ? { value: { text, rowIndex } } : { problem };
    },
    (names) => ({
      code: 'E306',
      severity: 'error',
      message: `No line of ${names} has a non-blank string in the field "${field}".`,
      pointer: '/dataset/text_field',
    }),
  );
}
