import type { CodeFacts } from './index.ts';

/** Models and data sets of the Hugging Face Hub: the cache on this machine, and downloads into it. */
export const hubCodes = {
  H801: { token: 'NOT-IN-CACHE', title: 'The model or data set is not in the cache, and the network is off' },
  H802: { token: 'WOULD-DOWNLOAD', title: 'The model or data set is not in the cache; a run downloads it' },
  H803: { token: 'FROM-HUB', title: 'The model or data set comes from the Hugging Face Hub' },
  H804: { token: 'CACHE-INCOMPLETE', title: 'The cache holds only a part of what is needed' },
  H805: { token: 'HUB-SETTING', title: 'A setting of the hub cannot be used' },
  H810: { token: 'HUB-NOT-FOUND', title: 'The hub has no such repository, revision or file' },
  H811: { token: 'HUB-ACCESS', title: 'The hub does not give access' },
  H812: { token: 'HUB-UNREACHABLE', title: 'The hub cannot be reached, or fails again and again' },
  H813: { token: 'HUB-ANSWER', title: "The hub's answer cannot be understood" },
  H814: { token: 'HUB-REDIRECT', title: 'The hub sends a request to a place that is not followed' },
  H815: { token: 'HUB-CHECKSUM', title: 'What was downloaded is not what the hub promised' },
  H816: { token: 'HUB-TOO-LARGE', title: 'A download is larger than allowed' },
  H820: { token: 'HUB-MODEL-FILES', title: 'The repository has no model in a format that is read' },
  H821: { token: 'DATASET-SCRIPT', title: 'The data set needs a script of its own to be read' },
  H822: {
    token: 'DATASET-CHOICE',
    title: 'The data set has no such configuration or split, or several to choose from',
  },
  H823: { token: 'DATASET-FILES', title: 'The data set has no files in a format that is read' },
} as const satisfies Record<string, CodeFacts>;
