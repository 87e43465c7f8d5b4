import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url)).replace(/[\\/]$/u, '');

const target = `${process.platform}-${process.arch}`;

/** The package under test. */
export const vsixFile = `${root}/build/invarlock-${target}.vsix`;

export const screenshots = `${root}/test-results/screenshots`;

/** Debian's Chromium, or the one that CHROMIUM_PATH names. */
export const chromiumPath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
