import type { CertifyPlan } from '../certify/prepare-certify.ts';
import type { Finding } from '../core/findings.ts';
import { megabytes } from '../core/megabytes.ts';

/** What a machine can still give. */
export interface MachineResources {
  availableMemoryBytes(): number | undefined;
  /** Free bytes where a folder is, or will be. */
  freeDiskBytes(folder: string): Promise<number | undefined>;
}

/** Certificate, renderings and events beside the recorded windows. */
const otherArtifactsBytes = 8 << 20;
/** A recorded token with its mask, as decimal JSON. */
const bytesPerRecordedToken = 12;

/** Memory and disk that this run needs against what is there: an estimate, which is why it only warns. */
export async function checkResources(plan: CertifyPlan, resources: MachineResources): Promise<Finding[]> {
  const { schedule, settings, request, execution } = plan;
  const windows = schedule.preview.length + schedule.final.length;
  const seqLen = settings.seqLen.value;
  // The weights are mapped from their files; R432 says when they do not fit beside this.
  const memory = execution.memory.expectedPeakBytes;
  const disk = 2 * windows * seqLen * bytesPerRecordedToken + otherArtifactsBytes;
  return [
    compared(
      'D107',
      'memory',
      memory,
      resources.availableMemoryBytes(),
      'Close other programs, or use a smaller model.',
    ),
    compared(
      'D108',
      `disk space in ${request.out.value}`,
      disk,
      await resources.freeDiskBytes(request.out.value),
      'Free some, or choose another folder with --out.',
    ),
  ].flatMap((finding) => finding ?? []);
}

function compared(
  code: 'D107' | 'D108',
  what: string,
  needed: number,
  available: number | undefined,
  advice: string,
): Finding | undefined {
  if (available === undefined) return undefined;
  const details = { needed_bytes: needed, available_bytes: available };
  const numbers = `about ${megabytes(needed)} of ${what}, and ${megabytes(available)} are available`;
  if (needed <= available) return { code, severity: 'note', message: `This run needs ${numbers}.`, details };
  return { code, severity: 'warning', message: `This run needs ${numbers}. ${advice}`, details };
}
