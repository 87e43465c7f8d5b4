import type { Finding, Severity } from '../core/findings.ts';
import { type MappingNode, nodeAt, plainValue } from './config-node.ts';
import { pointerInWords } from './json-pointer.ts';
import type { LoadedConfig, ValueOrigin } from './load-config.ts';
import { report } from './report-at.ts';
import type { Setting } from './run-settings.ts';

/** Reads single values of a loaded configuration together with their origin. */
export interface SettingReader {
  number(pointer: string, fallback: number): Setting<number>;
  text(pointer: string, fallback: string): Setting<string>;
  flag(pointer: string, fallback: boolean): Setting<boolean>;
  /** A number without which nothing can run; its absence is a finding. */
  needed(pointer: string): Setting<number> | undefined;
  report(pointer: string, code: Finding['code'], severity: Severity, message: string): void;
}

export function settingReader(
  config: LoadedConfig,
  findings: Finding[],
  /** The tree in which findings look for their place: the file as it is written. */
  written: MappingNode = config.root,
): SettingReader {
  function read<T>(pointer: string, fits: (value: unknown) => value is T): Setting<T> | undefined {
    const found = nodeAt(config.root, pointer);
    const value = found && plainValue(found.node);
    const origin = config.origin(pointer);
    return origin && fits(value) ? { value, origin } : undefined;
  }
  const isNumber = (value: unknown): value is number => typeof value === 'number';
  const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
  const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
  const reader: SettingReader = {
    number: (pointer, fallback) => read(pointer, isNumber) ?? { value: fallback, origin: fromDefault() },
    text: (pointer, fallback) => read(pointer, isText) ?? { value: fallback, origin: fromDefault() },
    flag: (pointer, fallback) => read(pointer, isFlag) ?? { value: fallback, origin: fromDefault() },
    needed(pointer) {
      const setting = read(pointer, isNumber);
      if (!setting)
        reader.report(pointer, 'C116', 'error', `"${pointerInWords(pointer)}" is missing. A run needs it.`);
      return setting;
    },
    report(pointer, code, severity, message) {
      // What is missing is reported at the nearest section that is there.
      let at = pointer;
      while (at !== '' && !nodeAt(written, at)) at = at.slice(0, at.lastIndexOf('/'));
      const found = nodeAt(written, at);
      if (!found) return;
      const key = pointer.slice(pointer.lastIndexOf('/') + 1);
      const place = {
        node: found.node,
        ...(found.entry && { entry: found.entry }),
        key,
        pointer: at,
        findings,
      };
      report(place, code, severity, message, at === pointer ? 'value' : 'key');
    },
  };
  return reader;
}

function fromDefault(): ValueOrigin {
  return { kind: 'default', file: undefined, range: undefined, label: undefined };
}
