import type { Decider, Happened } from './decider.ts';
import { happened } from './decider.ts';
import { sameJson } from './same-json.ts';
import type { SomeSettings, SystemSettings } from './settings.ts';
import { flat, grouped, overlaid } from './settings-names.ts';

export type SettingsCommand =
  | { type: 'change'; by: string; values: SomeSettings }
  /** Takes a setting, or a group, out of the store: environment or default hold again. */
  | { type: 'reset'; by: string; name: string };

export type SettingsEvent = Happened &
  ({ type: 'settings.changed'; values: SomeSettings } | { type: 'settings.reset'; names: string[] });

/** Changes say what differs from what is stored; what differs from nothing else is no event. */
export const settingsDecider: Decider<SystemSettings, SettingsCommand, SettingsEvent> = {
  decide: (state, command, now) => {
    const stored = flat(state?.values ?? {});
    if (command.type === 'reset') {
      const names = Object.keys(stored).filter((name) => isWithin(command.name, name));
      return names.length > 0 ? [{ type: 'settings.reset', names, ...happened(command, now) }] : [];
    }
    const changed = Object.entries(flat(command.values)).filter(
      ([name, value]) => !sameJson(value, stored[name]),
    );
    return changed.length > 0
      ? [
          {
            type: 'settings.changed',
            values: grouped(Object.fromEntries(changed)),
            ...happened(command, now),
          },
        ]
      : [];
  },
  evolve: (state, event) => ({
    id: 'default',
    values: evolved(state?.values ?? {}, event),
    updatedAt: event.at,
    updatedBy: event.by,
  }),
};

function evolved(values: SomeSettings, event: SettingsEvent): SomeSettings {
  if (event.type === 'settings.changed') return overlaid(values, event.values);
  const left = Object.entries(flat(values)).filter(([name]) => !event.names.includes(name));
  return grouped(Object.fromEntries(left));
}

/** Whether a single setting is that one, or one of that group. */
const isWithin = (name: string, single: string): boolean => single === name || single.startsWith(`${name}.`);
