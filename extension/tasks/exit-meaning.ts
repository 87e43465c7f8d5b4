import type { TaskCommand } from './task-definition.ts';

/** What an exit code of the command line means, in a sentence for the end of the terminal. */
export function exitMeaning(command: TaskCommand, exitCode: number): string {
  if (exitCode === 130) return 'Cancelled.';
  return meanings[command][exitCode] ?? `Ended with exit code ${exitCode}.`;
}

const meanings: Readonly<Record<TaskCommand, Readonly<Record<number, string>>>> = {
  certify: {
    0: 'Certified: every evaluated gate passes.',
    1: 'Not certified: a gate fails (the certificate says which), or the run itself failed (nothing is written).',
    2: 'Not run: the configuration or an input cannot be used. The problems are listed above.',
    3: 'Stopped: the profile asks for something that is missing.',
  },
  verify: {
    0: 'Verified: the certificate agrees with itself.',
    1: 'Not verified: the findings are listed above.',
    2: 'Not verified: the certificate cannot be read.',
    3: 'Not verified: the profile asks for something that is missing.',
  },
  doctor: {
    0: 'Nothing stands in the way of a run.',
    1: 'A run would not start here. The problems are listed above.',
    2: 'The configuration cannot be used. The problems are listed above.',
  },
};
