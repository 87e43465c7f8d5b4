import type { Checked } from '../../core/findings.ts';
import type { FileReader } from '../../core/ports.ts';
import type { DataText } from '../data-types.ts';
import { type LocalOptions, readLocalRows } from './read-local-rows.ts';
import { textOfRow } from './rows.ts';

export interface LocalJsonlOptions extends LocalOptions {
  /** Field that holds the text; default `text`. */
  readonly textField?: string;
}

/** Texts of local files (spec 02 §1.8). Fails as `readLocalRows` does, and with E306 when no row has a usable text. */
export async function localJsonl(
  files: FileReader,
  resolvePath: (name: string) => Promise<string>,
  options: LocalJsonlOptions,
): Promise<Checked<readonly DataText[]>> {
  const field = options.textField || 'text';
  return readLocalRows(files, resolvePath, options, {
    fields: [field],
    rowOf: (row, rowIndex) => {
      const { text, problem } = { text: '', ...textOfRow(row, field) };
      return problem === undefined ? { value: { text, rowIndex } } : { problem };
    },
    empty: (names, unit) => ({
      code: 'E306',
      severity: 'error',
      message: `No ${unit} of ${names} has a non-blank string in the field "${field}".`,
      ...(options.textField ? { pointer: '/dataset/text_field' } : {}),
    }),
  });
}
