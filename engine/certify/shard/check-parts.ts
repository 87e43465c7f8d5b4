import type { Finding } from '../../core/findings.ts';
import { textAt } from '../../core/json-access.ts';
import type { ReadPart } from './read-part.ts';
import type { ShardIdentity } from './shard-part.ts';

/**
 * Whether parts make one whole: each of them once, all of one certification, evaluated by one engine with the same settings.
 * A part is compared with the first one given.
 */
export function checkParts(parts: readonly ReadPart[]): readonly Finding[] {
  const [first, ...others] = parts;
  if (!first) return [];
  const findings: Finding[] = others.flatMap((part) => comparePart(first, part));
  const byIndex = new Map<number, ReadPart>();
  for (const part of parts) {
    const { index } = part.part.shard;
    const earlier = byIndex.get(index);
    if (earlier) {
      const message = `${part.file} is part ${index} again, which ${earlier.file} is already. Give each part once.`;
      findings.push({ code: 'U723', severity: 'error', message, file: part.file });
    } else byIndex.set(index, part);
  }
  const { count } = first.part.shard;
  const missing = Array.from({ length: count }, (_, at) => at + 1).filter((index) => !byIndex.has(index));
  if (missing.length > 0) {
    const message = `Of ${count} parts ${missing.length === 1 ? 'this one is' : 'these are'} missing: ${missing.join(', ')}. Make ${missing.length === 1 ? 'it' : 'them'} with certify --shard, and give all parts.`;
    findings.push({ code: 'U722', severity: 'error', message });
  }
  return [...findings, ...hostFindings(parts)];
}

const foreign: readonly (readonly [keyof ShardIdentity, string])[] = [
  ['schedule_sha256', 'other windows'],
  ['baseline_sha256', 'another baseline'],
  ['subject_sha256', 'another subject'],
  ['tokenizer_hash', 'another tokenizer'],
];

const settings: readonly (readonly [keyof ShardIdentity, string])[] = [
  ['engine_version', 'another version of invarlock'],
  ['runtime_version', 'another version of ONNX Runtime'],
  [
    'settings_sha256',
    'other settings (options, policy, device, threads, or memory that changed the rows at a time)',
  ],
];

function comparePart(first: ReadPart, { file, part }: ReadPart): Finding[] {
  const finding = (code: 'U724' | 'U725', what: string, expected: unknown, actual: unknown): Finding => ({
    code,
    severity: 'error',
    message: `${file} does not belong to ${first.file}: it has ${what}.`,
    file,
    expected,
    actual,
  });
  if (part.shard.count !== first.part.shard.count) {
    const [expected, actual] = [first.part.shard.count, part.shard.count];
    return [finding('U724', `another number of parts (${actual} instead of ${expected})`, expected, actual)];
  }
  const differing = (keys: typeof foreign) =>
    keys.filter(([key]) => part.identity[key] !== first.part.identity[key]);
  const others = differing(foreign);
  // What belongs to another certification has other settings as a matter of course.
  const [code, found] =
    others.length > 0 ? (['U724', others] as const) : (['U725', differing(settings)] as const);
  return found.map(([key, what]) => finding(code, what, first.part.identity[key], part.identity[key]));
}

/** Kinds of processors may differ in the last digits of a loss, which no digest of ours can tell. */
function hostFindings(parts: readonly ReadPart[]): Finding[] {
  const names = new Set(
    parts.map(({ part }) =>
      JSON.stringify(textAt(part.arms.baseline.meta, 'execution', 'host', 'cpu', 'model') ?? null),
    ),
  );
  if (names.size < 2) return [];
  const message = `The parts were evaluated on different processors (${[...names].sort().join(', ')}): the last digits of losses may depend on them, so one run on one machine need not give the same bytes.`;
  return [{ code: 'U726', severity: 'warning', message }];
}
