import type { SystemSettingsValues } from '@lcm/core/domain/settings.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { InternalClient } from './internal-client.ts';

/** Milliseconds that settings are taken as they were read. */
const FRESH_MS = 10_000;

/** Settings as they were in force a few seconds ago at most. */
export interface SettingsReader {
  read(): Promise<SystemSettingsValues>;
  /** They have changed: the next read asks anew. */
  forget(): void;
}

/** Reads settings from the control plane, once for all who ask within a few seconds. */
export function settingsReader(client: InternalClient, clock: Clock): SettingsReader {
  let known: { at: number; values: Promise<SystemSettingsValues> } | undefined;
  return {
    read: () => {
      if (known && clock.monotonic() - known.at <= FRESH_MS) return known.values;
      const reading = { at: clock.monotonic(), values: client.settings() };
      known = reading;
      reading.values.catch(() => {
        if (known === reading) known = undefined;
      });
      return reading.values;
    },
    forget: () => {
      known = undefined;
    },
  };
}
