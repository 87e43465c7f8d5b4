import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Some thousand nodes with their shapes; a profile that is larger is not of one run of one graph. */
const maximumBytes = 256 << 20;

/** A folder of our own for the profile of one run: the library chooses the end of the file's name. */
export interface ProfileFolder {
  readonly prefix: string;
  /** The profile, once the child has written it; undefined when it is not there or too large. */
  read(): Promise<string | undefined>;
  remove(): Promise<void>;
}

export async function makeProfileFolder(): Promise<ProfileFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), 'invarlock-profile-'));
  return {
    prefix: path.join(folder, 'run'),
    async read() {
      const [name] = await readdir(folder);
      if (name === undefined) return undefined;
      const file = path.join(folder, name);
      return (await stat(file)).size > maximumBytes ? undefined : readFile(file, 'utf8');
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
