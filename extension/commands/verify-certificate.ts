import type { MakeTask } from '../tasks/make-task.ts';
import { mayRun } from '../trust.ts';
import { certificateFile, chooseFile } from './choose-file.ts';
import { runTask, saveFile } from './run-task.ts';

/** "InvarLock: Verify Certificate": checks a certificate again, with the command line. */
export async function verifyCertificate(makeTask: MakeTask, given: unknown): Promise<void> {
  if (!mayRun('Verify')) return;
  const file = await chooseFile(certificateFile, given);
  if (file && (await saveFile(file))) await runTask(makeTask, 'verify', file);
}
