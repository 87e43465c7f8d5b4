import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type AreaName, areaNames, areas } from './areas.ts';
import type { CaseResult, GoldenFile } from './parity-types.ts';
import { runCase } from './run-case.ts';

/** A folder that cannot be used: nothing to compare, or no area to compare it as. */
export class UnusableFolder extends Error {}

export interface ParityOptions {
  readonly area?: AreaName;
  /** Default: the copies in the project. */
  readonly golden?: string;
}

/** Compares every golden file of a folder, or of the project's own copies. */
export async function runParity(
  options: ParityOptions,
  onResult: (result: CaseResult) => void = () => {},
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (const { area, folder } of foldersOf(options)) {
    for (const name of readdirSync(folder).sort()) {
      for (const result of await runFile(area, folder, name)) {
        results.push(result);
        onResult(result);
      }
    }
    if (options.golden !== undefined) continue;
    // Of the project's own copies none may get lost; a folder that is named may hold some of the files only.
    for (const result of missingFiles(area, readdirSync(folder))) {
      results.push(result);
      onResult(result);
    }
  }
  return results;
}

/** Kinds of golden files that an area knows and none of the names stands for. */
export function missingFiles(area: AreaName, names: readonly string[]): CaseResult[] {
  const present = new Set(names.map(kindOf));
  const kinds = Object.keys(areas[area].files).filter((kind) => !present.has(kind));
  return kinds.map((kind) => failed(area, kind, 'the golden file is missing'));
}

async function runFile(area: AreaName, folder: string, name: string): Promise<CaseResult[]> {
  const { files, skips } = areas[area];
  const kind = kindOf(name);
  const known = files[kind];
  if (!known) {
    const isCompanion = Object.values(files).some(({ companions }) => companions?.includes(name));
    if (isCompanion || name.startsWith('.')) return [];
    return [failed(area, name, 'no parity test reads this file')];
  }
  try {
    const cases = await known.cases(readGolden(folder, name));
    if (cases.length === 0) return [failed(area, name, 'the file has no cases')];
    const results: CaseResult[] = [];
    for (const item of cases) results.push(await runCase(area, name, item, skips));
    return results;
  } catch (error) {
    return [failed(area, name, error instanceof Error ? error.message : String(error))];
  }
}

function readGolden(folder: string, name: string): GoldenFile {
  const file = path.join(folder, name);
  return statSync(file).isDirectory()
    ? { json: undefined, folder }
    : { json: JSON.parse(readFileSync(file, 'utf8')), folder };
}

function failed(area: string, file: string, reason: string): CaseResult {
  return { area, file, case: '*', outcome: 'FAIL', reason };
}

function foldersOf({ area, golden }: ParityOptions): { area: AreaName; folder: string }[] {
  if (golden === undefined) {
    const copies = path.resolve(import.meta.dirname, '../golden');
    return areaNames
      .filter((name) => area === undefined || area === name)
      .map((name) => ({ area: name, folder: path.join(copies, name) }));
  }
  const names = namesIn(golden);
  // A folder of areas is as good as a folder of one.
  const inside = areaNames.filter((name) => names.includes(name) && (area === undefined || area === name));
  if (inside.length > 0) return inside.map((name) => ({ area: name, folder: path.join(golden, name) }));
  return [{ area: area ?? areaOf(names, golden), folder: golden }];
}

function namesIn(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw new UnusableFolder(`${folder} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  if (names.every((name) => name.startsWith('.'))) throw new UnusableFolder(`${folder} is empty.`);
  return names;
}

/** The area that knows most of the names; a name that two areas have does not decide. */
function areaOf(names: readonly string[], folder: string): AreaName {
  const counts = areaNames
    .map((area) => ({ area, count: names.filter((name) => kindOf(name) in areas[area].files).length }))
    .sort((a, b) => b.count - a.count);
  const [best, second] = counts;
  if (!best || best.count === 0)
    throw new UnusableFolder(`${folder} has no file of any area (${areaNames.join(', ')}); give --area.`);
  if (second && best.count === second.count)
    throw new UnusableFolder(`${folder} could be ${best.area} or ${second.area}; give --area.`);
  return best.area;
}

function kindOf(name: string): string {
  return name.replace(/\.json$/u, '');
}
