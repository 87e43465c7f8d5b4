import type { Checked } from '../../core/findings.ts';
import { isObject, listAt, numberAt, objectAt, textAt, valueAt } from '../../core/json-access.ts';
import type { FileReader } from '../../core/ports.ts';
import { checkWorstWindows } from '../../report/check-worst-windows.ts';
import { isShardDivergence } from './shard-divergence.ts';
import { floatsOfText, partDigest, type ShardPart, shardPositions } from './shard-part.ts';

/** A part with the file it stands in. */
export interface ReadPart {
  readonly file: string;
  readonly part: ShardPart;
}

/** No part of a run of a million tokens comes near. */
const mostBytes = 1 << 30;

/** Reads one part. U703 when it is not there, U721 when it is none or was changed. */
export async function readPart(files: FileReader, file: string): Promise<Checked<ReadPart>> {
  const facts = await files.facts(file);
  if (facts?.kind !== 'file') {
    const message = `No file at ${file}.`;
    return { value: undefined, findings: [{ code: 'U703', severity: 'error', message, file }] };
  }
  const refused = (why: string): Checked<ReadPart> => ({
    value: undefined,
    findings: [
      {
        code: 'U721',
        severity: 'error',
        message: `${file} cannot be used: ${why}. Make the part again with certify --shard.`,
        file,
      },
    ],
  });
  if (facts.sizeBytes > mostBytes) return refused('it is too large for a part');
  const value = parsed(await files.readBytes(file));
  if (!isObject(value) || value.format_version !== 'shard-v1')
    return refused('it is no part of a sharded certification (format_version shard-v1)');
  // The digest first: what was cut off or changed has it wrong, whatever else is.
  const part = value as unknown as ShardPart;
  if (textAt(value, 'sha256') !== partDigest(part)) return refused('its content does not match its digest');
  const problem = problemOf(value, part);
  return problem === undefined ? { value: { file, part }, findings: [] } : refused(problem);
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** What a part must have before its content is taken for what it says. */
function problemOf(value: unknown, part: ShardPart): string | undefined {
  const [index, count] = [numberAt(value, 'shard', 'index'), numberAt(value, 'shard', 'count')];
  const [preview, final] = [numberAt(value, 'totals', 'preview'), numberAt(value, 'totals', 'final')];
  const numbers = [index, count, preview, final];
  if (!numbers.every((number) => Number.isSafeInteger(number))) return 'it does not say which part it is';
  const total = part.totals.preview + part.totals.final;
  if (!(part.shard.index >= 1 && part.shard.index <= part.shard.count && part.shard.count <= total))
    return 'it does not say which part it is';
  const arms = ['baseline', 'subject'].every((name) =>
    ['meta', 'data', 'bootstrap', 'cost', 'edit'].every((key) => objectAt(value, 'arms', name, key)),
  );
  if (!arms || !objectAt(value, 'identity')) return 'it lacks what the reports are made from';
  const block = valueAt(value, 'worst', 'block');
  if (block !== null && checkWorstWindows(block)) return 'its worst windows are malformed';
  if (!isShardDivergence(valueAt(value, 'divergence'))) return 'its divergence is malformed';
  const windows = listAt(value, 'windows') ?? [];
  const positions = shardPositions(part.shard, total);
  const complete =
    windows.length === positions.length &&
    windows.every((window, at) => numberAt(window, 'position') === positions[at] && isWindow(window));
  return complete
    ? undefined
    : 'its windows are not those of its part, or their losses do not follow from their tokens';
}

function isWindow(window: unknown): boolean {
  const lists = ['inputIds', 'attentionMask'].every((key) => listAt(window, 'window', key));
  return (
    lists &&
    numberAt(window, 'window', 'id') !== undefined &&
    ['baseline', 'subject'].every((arm) => isLoss(objectAt(window, arm)))
  );
}

/** The mean of the token losses, added up in order, is the window's loss to the last bit; labelled examples have theirs. */
function isLoss(loss: unknown): boolean {
  const tokens = floatsOfText(textAt(loss, 'token_losses') ?? '?');
  const recorded = valueAt(loss, 'loss');
  if (!tokens || !(recorded === null || typeof recorded === 'number')) return false;
  if (objectAt(loss, 'record')) return true;
  let sum = 0;
  for (const value of tokens) sum += value;
  const mean = sum / tokens.length;
  return Number.isFinite(mean) ? recorded === mean : recorded === null;
}
