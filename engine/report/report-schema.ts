import reportSchema from '../../schemas/report.schema.json' with { type: 'json' };
import { volatilePointersOf } from '../core/volatile-pointers.ts';

/** Fields of a run report that two runs on the same inputs need not share. */
export const reportVolatilePointers: readonly string[] = volatilePointersOf(reportSchema);
