import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type DataItem, dataLimits } from '../../engine/data/formats/data-item.ts';
import { readRows } from '../../engine/data/formats/read-rows.ts';
import { MemoryFiles } from '../fixtures/memory-files.ts';
import { type Choose, seededChoice } from './mutate.ts';
import { mutatedBytes } from './mutate-bytes.ts';
import type { FuzzOptions } from './server.ts';

const parquet = path.resolve(import.meta.dirname, '../golden/parquet');
const mutationsPerFile = 12;
/** So small that what goes beyond them is reached; the rows of files that are not broken stay below. */
const limits = {
  ...dataLimits,
  rowBytes: 4096,
  unpackedBytes: 1 << 20,
  wholeBytes: 1 << 20,
  pageValues: 4096,
};
/** A mutated file of some kilobytes has no business giving more. */
const maximumItems = 50_000;

/** Data files with bytes changed at random: every one gives rows, and a finding where it cannot be read, in bounded time. */
export async function fuzzDataFiles({ seed, goesOn, onStep }: FuzzOptions): Promise<{ steps: number }> {
  const choose = seededChoice(seed);
  const starts = startingFiles();
  let steps = 0;
  for (let count = 0; goesOn(count); count += 1) {
    const start = starts[choose(starts.length)] ?? ['/a.jsonl', new Uint8Array()];
    const [name] = start;
    let [, bytes] = start;
    for (let step = 0; step < mutationsPerFile; step += 1) {
      bytes = mutatedBytes(bytes, choose);
      const begun = performance.now();
      try {
        await readToTheEnd(name, bytes, choose);
      } catch (cause) {
        const hex = Buffer.from(bytes).toString('hex');
        throw new Error(`seed ${seed}, file ${count} (${name}), mutation ${step}: ${hex}`, { cause });
      }
      onStep?.(performance.now() - begun, `${name} ${Buffer.from(bytes).toString('hex').slice(0, 2000)}`);
      steps += 1;
    }
  }
  return { steps };
}

async function readToTheEnd(name: string, bytes: Uint8Array, choose: Choose): Promise<void> {
  const options = choose(2) === 0 ? { limits } : { limits, columns: ['text', 'choices'] };
  let items = 0;
  let last: DataItem | undefined;
  for await (const item of readRows(new MemoryFiles({ [name]: bytes }), name, options)) {
    if (last?.kind === 'failed') throw new Error('something follows the end');
    last = item;
    items += 1;
    if (items > maximumItems) throw new Error('more rows than such a file can have');
  }
}

function startingFiles(): (readonly [name: string, bytes: Uint8Array])[] {
  const lines = '{"text":"one"}\n{"text":"two"}\n';
  const table = 'text,choices\none,"x ""y"", z"\n"two\nlines",\n';
  const written: [string, string][] = [
    ['/a.jsonl', lines],
    ['/a.csv', table],
    ['/a.tsv', table.replaceAll(',', '\t')],
    ['/a.txt', 'one\n\ntwo\n'],
  ];
  const texts = written.map(([name, text]) => [name, new Uint8Array(Buffer.from(text))] as const);
  const packed = texts.map(([name, bytes]) => [`${name}.gz`, new Uint8Array(gzipSync(bytes))] as const);
  const stored = readdirSync(parquet).map(
    (name) => [`/${name}`, new Uint8Array(readFileSync(path.join(parquet, name)))] as const,
  );
  return [...texts, ...packed, ...stored];
}
