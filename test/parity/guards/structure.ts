import { editDigest } from '../../../engine/certificate/report-identity.ts';
import { structuralDeltas } from '../../../engine/certificate/structural-deltas.ts';
import type { Golden, ParityCase, ParityFile } from '../parity-types.ts';
import { asSpelled } from './as-spelled.ts';

/** Spec 03 §7.4. Of warnings it is compared how many there are; labels of the reference's own code are not compared. */
export const structure: ParityFile = {
  cases: ({ json, folder }) => {
    const spelled = asSpelled(folder, 'structure.json').cases;
    return json.cases.map(
      ({ name, input, expected: { edit_metadata: _, ...expected } }: Golden, index: number): ParityCase => ({
        name,
        input,
        expected: { ...expected, structure: countingWarnings(expected.structure) },
        defects: [],
        actual: () => ({
          structure: countingWarnings(structuralDeltas(input.report)),
          edit_digest: editDigest(spelled[index].input.report.edit),
        }),
        tolerance: { relative: 1e-12 },
      }),
    );
  },
};

function countingWarnings(structure: Golden): Golden {
  const { compression_diagnostics: diagnostics, ...rest } = structure;
  const { warnings } = diagnostics;
  return { ...rest, compression_diagnostics: { ...diagnostics, warnings: warnings.length } };
}
