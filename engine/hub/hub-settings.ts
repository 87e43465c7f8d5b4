import path from 'node:path';
import { isTruthy } from '../core/is-truthy.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says about the hub. Holds no token: that is read when a request needs it. */
export interface HubSettings {
  /** Where repositories lie: `models--org--name` and `datasets--org--name`. Undefined without a home folder. */
  readonly cacheFolder: string | undefined;
  /** HF_DATASETS_CACHE, or its default: the Python library's Arrow files; repositories are looked for there too. */
  readonly datasetsFolder: string | undefined;
  /** HF_ENDPOINT, else the hub itself. */
  readonly endpoint: string;
  /** Why nothing may be downloaded; undefined when it may. */
  readonly offline: OfflineReasons;
  readonly tokenFile: string | undefined;
  /** INVARLOCK_MAX_DOWNLOAD_GB: what one repository may bring. */
  readonly maximumBytes: number;
}

interface OfflineReasons {
  readonly models: string | undefined;
  readonly datasets: string | undefined;
}

const hubEndpoint = 'https://huggingface.co';
const defaultMaximumGigabytes = 100;

/**
 * The Hugging Face variables, read as the Python libraries read them. The network is off unless INVARLOCK_ALLOW_NETWORK
 * allows it (spec 01 §7.1); HF_HUB_OFFLINE and HF_DATASETS_OFFLINE switch it off again.
 *
 * @example hubSettings({ HF_HOME: '/data/hf' }).cacheFolder // '/data/hf/hub'
 */
export function hubSettings(environment: Environment): HubSettings {
  const home = text(environment, 'HOME') ?? text(environment, 'USERPROFILE');
  const asPath = (value: string) =>
    path.resolve(home === undefined ? value : value.replace(/^~(?=$|[\\/])/u, home));
  const named = (...names: string[]) => {
    const value = names.map((name) => text(environment, name)).find((one) => one !== undefined);
    return value === undefined ? undefined : asPath(value);
  };
  const below = (folder: string | undefined, ...names: string[]) =>
    folder === undefined ? undefined : path.join(folder, ...names);
  const xdg = named('XDG_CACHE_HOME') ?? below(home, '.cache');
  const folder = named('HF_HOME') ?? below(xdg, 'huggingface');
  return {
    cacheFolder: named('HF_HUB_CACHE', 'HUGGINGFACE_HUB_CACHE') ?? below(folder, 'hub'),
    datasetsFolder: named('HF_DATASETS_CACHE') ?? below(folder, 'datasets'),
    endpoint: (text(environment, 'HF_ENDPOINT') ?? hubEndpoint).replace(/\/+$/u, ''),
    offline: offlineReasons(environment),
    tokenFile: named('HF_TOKEN_PATH') ?? below(folder, 'token'),
    maximumBytes: maximumBytes(environment),
  };
}

function offlineReasons(environment: Environment): OfflineReasons {
  if (!isTruthy(environment.INVARLOCK_ALLOW_NETWORK)) {
    const reason = 'the network is off (INVARLOCK_ALLOW_NETWORK is not set)';
    return { models: reason, datasets: reason };
  }
  const set = (...names: string[]) => {
    const name = names.find((one) => isTruthy(environment[one]));
    return name && `${name} is set`;
  };
  return {
    models: set('HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE'),
    datasets: set('HF_HUB_OFFLINE', 'HF_DATASETS_OFFLINE'),
  };
}

function maximumBytes(environment: Environment): number {
  const gigabytes = Number(text(environment, 'INVARLOCK_MAX_DOWNLOAD_GB') ?? defaultMaximumGigabytes);
  return (Number.isFinite(gigabytes) && gigabytes > 0 ? gigabytes : defaultMaximumGigabytes) * 1e9;
}

function text(environment: Environment, name: string): string | undefined {
  const value = environment[name]?.trim() ?? '';
  return value === '' ? undefined : value;
}
