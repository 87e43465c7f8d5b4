/**
 * Compares the engine with results of the reference: `npm run test:parity -- [--area evaluation|guards|evidence]
 * [--golden <folder>] [--json <file>]`. One line per case, then the counts. Exits with 0 when nothing failed and something
 * passed, 1 when something failed, 2 when the folder or the arguments cannot be used.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type AreaName, areaNames } from './areas.ts';
import type { CaseResult } from './parity-types.ts';
import { runParity, UnusableFolder } from './run-parity.ts';

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const { area, golden, json } = readArguments();
    const results = await runParity(
      { ...(area === undefined ? {} : { area }), ...(golden === undefined ? {} : { golden }) },
      print,
    );
    const count = (outcome: CaseResult['outcome']) =>
      results.filter((result) => result.outcome === outcome).length;
    const counts = { passed: count('PASS'), skipped: count('SKIP'), failed: count('FAIL') };
    if (json !== undefined)
      writeFileSync(json, `${JSON.stringify({ ...counts, cases: results }, null, 2)}\n`);
    process.stdout.write(
      `parity: ${counts.passed} passed, ${counts.skipped} skipped, ${counts.failed} failed\n`,
    );
    if (counts.failed > 0) return 1;
    return counts.passed > 0 ? 0 : 2;
  } catch (error) {
    if (!(error instanceof UnusableFolder)) throw error;
    process.stderr.write(`parity: ${error.message}\n`);
    return 2;
  }
}

function readArguments(): { area?: AreaName; golden?: string; json?: string } {
  const options = { area: { type: 'string' }, golden: { type: 'string' }, json: { type: 'string' } } as const;
  try {
    const { area, golden, json } = parseArgs({ options }).values;
    const known = areaNames.find((name) => name === area);
    if (area !== undefined && !known)
      throw new Error(`there is no area "${area}", only ${areaNames.join(', ')}.`);
    return {
      ...(known === undefined ? {} : { area: known }),
      ...(golden === undefined ? {} : { golden }),
      ...(json === undefined ? {} : { json }),
    };
  } catch (error) {
    throw new UnusableFolder(error instanceof Error ? error.message : String(error));
  }
}

/** A case stays on its line, whatever its name or the reason holds. */
function print({ area, file, case: name, outcome, reason }: CaseResult): void {
  const line = `${outcome} ${area}/${file}#${name}${reason ? ` ${reason}` : ''}`;
  process.stdout.write(`${line.replaceAll(/[\r\n]+/gu, ' ')}\n`);
}
