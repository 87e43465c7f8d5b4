import type { MakeTask } from '../tasks/make-task.ts';
import { mayRun } from '../trust.ts';
import { chooseFile, configFile } from './choose-file.ts';
import { runTask, saveFile } from './run-task.ts';

/** "InvarLock: Certify": certifies the subject of a configuration file against its baseline. */
export async function certify(makeTask: MakeTask, given: unknown): Promise<void> {
  if (!mayRun('Certify')) return;
  const file = await chooseFile(configFile, given);
  if (file && (await saveFile(file))) await runTask(makeTask, 'certify', file);
}
