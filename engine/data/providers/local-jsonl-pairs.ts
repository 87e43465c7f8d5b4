import type { Checked } from '../../core/findings.ts';
import type { FileReader } from '../../core/ports.ts';
import type { DataPair } from '../text-windows.ts';
import { type LocalOptions, readLocalRows } from './read-local-rows.ts';
import { pairOfRow } from './rows.ts';

export interface LocalJsonlPairsOptions extends LocalOptions {
  /** Field that holds what the encoder reads; default `source`. */
  readonly sourceField?: string;
  /** Field that holds what the decoder should write; default `target`. */
  readonly targetField?: string;
}

/**
 * Pairs of texts of local files (spec 02 §1.7). Fails as `readLocalRows` does, and with E307 when no row has both
 * sides (EQ-19).
 */
export async function localJsonlPairs(
  files: FileReader,
  resolvePath: (name: string) => Promise<string>,
  options: LocalJsonlPairsOptions,
): Promise<Checked<readonly DataPair[]>> {
  const fields = { source: options.sourceField || 'source', target: options.targetField || 'target' };
  return readLocalRows(files, resolvePath, options, {
    fields: [fields.source, fields.target],
    rowOf: (row, rowIndex) => {
      const pair = pairOfRow(row, fields);
      return 'problem' in pair ? pair : { value: { ...pair, rowIndex } };
    },
    empty: (names, unit) => ({
      code: 'E307',
      severity: 'error',
      message: `No ${unit} of ${names} has texts in the fields "${fields.source}" and "${fields.target}".`,
      ...(options.sourceField ? { pointer: '/dataset/src_field' } : {}),
    }),
  });
}
