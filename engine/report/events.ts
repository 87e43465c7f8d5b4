import { localIsoTime } from '../core/local-time.ts';
import type { Clock } from '../core/ports.ts';
import { canonicalJson } from '../core/python-json.ts';
import { redactEventData } from './redact-event-data.ts';

type EventLevel = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL';

/** One line of `events.jsonl` (spec 04 §6). */
export interface EventRecord {
  readonly timestamp: string;
  readonly session_id: string;
  readonly component: string;
  readonly operation: string;
  readonly level: EventLevel;
  readonly run_id?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface EventLog {
  readonly sessionId: string;
  /** Builds a record of now; secrets and token ids are gone from its data. */
  record(
    component: string,
    operation: string,
    data?: Readonly<Record<string, unknown>>,
    level?: EventLevel,
  ): EventRecord;
}

/**
 * Makes the records of one session. It writes nothing: the caller appends `eventLine(record)` to the log.
 *
 * @example const log = openEventLog(clock, 'run-1'); append(eventLine(log.record('eval', 'start')))
 */
export function openEventLog(clock: Clock, runId?: string): EventLog {
  const sessionId = `session_${Math.floor(clock.now().getTime() / 1000)}`;
  return {
    sessionId,
    record(component, operation, data, level = 'INFO') {
      const kept = data && redactEventData(data);
      return {
        timestamp: localIsoTime(clock.now()),
        session_id: sessionId,
        component,
        operation,
        level,
        ...(runId === undefined ? {} : { run_id: runId }),
        ...(kept && Object.keys(kept).length > 0 ? { data: kept } : {}),
      };
    },
  };
}

/** The text of a record: one line of ASCII, keys sorted, with the newline. */
export function eventLine(record: EventRecord): string {
  return `${canonicalJson(record, 'A')}\n`;
}
