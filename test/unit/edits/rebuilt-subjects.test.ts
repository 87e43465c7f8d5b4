import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { nodeFiles } from '../../../engine/core/node-files.ts';
import { applyEdit } from '../../../engine/edits/apply-edit.ts';
import type { EditRequest } from '../../../engine/edits/plan-edit.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

/** SHA-256 of the subjects that an independent implementation made of these models; GPT-2's are in apply-edit.test.ts. */
const digests: Record<string, Record<string, string>> = JSON.parse(
  readFileSync(new URL('../../golden/edits/subject-digests.json', import.meta.url), 'utf8'),
);
const root = temporaryFolder('rebuilt-subjects');

const edits: Readonly<Record<string, Partial<EditRequest> & { kind: string }>> = {
  'int8-rtn': { kind: 'quant_rtn' },
  'int4-rtn-tensor': { kind: 'quant_rtn', bits: 4, granularity: 'tensor' },
  'int3-rtn-tensor': { kind: 'quant_rtn', bits: 3, granularity: 'tensor' },
  prune20: { kind: 'prune', sparsity: 0.2 },
  prune60: { kind: 'prune', sparsity: 0.6 },
};

describe.each(['tiny-llama', 'tiny-bert', 'tiny-t5'])('%s', (model) => {
  const modelFolder = fileURLToPath(new URL(`../../fixtures/models/${model}`, import.meta.url));
  test.each(Object.entries(edits))('%s is equal to the last bit', async (name, edit) => {
    const outFolder = `${root}/${model}-${name}`;
    const { value } = await applyEdit(nodeFiles, { ...edit, modelFolder, outFolder });
    expect(value?.sha256).toBe(digests[model]?.[name]);
  });
});
