import { without } from '../../certificate/integrity.ts';
import { writeJson } from '../../core/json-writer.ts';
import type { WindowSchedule } from '../../data/data-types.ts';
import { reportVolatilePointers } from '../../report/report-schema.ts';
import { type ShardArm, type ShardIdentity, sha256 } from './shard-part.ts';

/** What has its own digest, and what only the first window of the whole run decides. */
const ownDigests = ['meta/model_identity', 'meta/execution/placement', 'data/tokenizer', 'cost'];

/** What a part belongs to, and how it was evaluated. */
export function shardIdentity(
  schedule: WindowSchedule,
  arms: { readonly baseline: ShardArm; readonly subject: ShardArm },
  more: Readonly<Record<string, unknown>>,
): ShardIdentity {
  const { baseline, subject } = arms;
  const { env_flags: environment } = baseline.meta;
  return {
    engine_version: baseline.meta.invarlock_version,
    runtime_version: String(environment.onnxruntime ?? ''),
    schedule_sha256: scheduleSha256(schedule),
    baseline_sha256: baseline.meta.model_identity?.sha256 ?? '',
    subject_sha256: subject.meta.model_identity?.sha256 ?? '',
    tokenizer_hash: baseline.data.tokenizer.contentHash,
    settings_sha256: sha256(writeJson([settingsOf(baseline), settingsOf(subject), more])),
  };
}

function scheduleSha256({ preview, final }: Pick<WindowSchedule, 'preview' | 'final'>): string {
  return sha256(writeJson({ preview, final }));
}

function settingsOf(arm: ShardArm): unknown {
  const paths = [...reportVolatilePointers.map((pointer) => pointer.slice(1)), ...ownDigests];
  return paths.reduce<unknown>((rest, path) => without(rest, path.split('/')), arm);
}
