import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { SomeSettings, SystemSettings, SystemSettingsValues } from '@lcm/core/domain/settings.ts';
import { type SettingsCommand, settingsDecider } from '@lcm/core/domain/settings-decider.ts';
import { isSettingName, SETTING_NAMES } from '@lcm/core/domain/settings-names.ts';
import { brokenSettingsRules } from '@lcm/core/domain/settings-rules.ts';
import { inForce, type StoredSettings } from '../queries/settings.ts';
import type { Services } from '../services.ts';
import type { Terms } from './execute.ts';

/** Who changes settings, and on which version of them. */
export interface SettingsTerms extends Pick<Terms, 'expectedVersion' | 'correlationId'> {
  by: string;
}

/** @throws Refusal `rule` where nothing is named, or values do not go together; `staleVersion` */
export async function changeSettings(
  services: Services,
  values: SomeSettings,
  terms: SettingsTerms,
): Promise<StoredSettings> {
  if (Object.keys(values).length === 0) throw new Refusal('rule', 'nothing to change was given');
  return execute(services, { type: 'change', values, by: terms.by }, terms);
}

/** @throws Refusal `notFound` for what is no setting; `rule` where what holds then does not go together; `staleVersion` */
export async function resetSetting(
  services: Services,
  name: string,
  terms: SettingsTerms,
): Promise<StoredSettings> {
  if (isSettingName(name)) return execute(services, { type: 'reset', name, by: terms.by }, terms);
  throw new Refusal('notFound', `there is no setting ${name}; there are ${SETTING_NAMES.join(', ')}`);
}

/** Decided on what was read: a change in between is met with `staleVersion`, or with another try where none was asked for. */
async function execute(
  services: Services,
  command: SettingsCommand,
  { expectedVersion, correlationId }: SettingsTerms,
): Promise<StoredSettings> {
  for (let attempt = 1; ; attempt++) {
    const stored = await services.store.load<SystemSettings>('settings', 'default');
    const version = stored?.version ?? 0;
    if (expectedVersion !== undefined && expectedVersion !== version) throw stale(version, expectedVersion);
    const [event] = settingsDecider.decide(stored?.state, command, services.clock.now());
    if (!event) return { values: stored?.state.values ?? {}, version };
    refuseBroken(inForce(services.settingDefaults, settingsDecider.evolve(stored?.state, event).values));
    try {
      const terms = { expectedVersion: version, correlationId };
      const after = await services.commands.execute('settings', 'default', command, terms);
      return { values: after.state.values, version: after.version };
    } catch (refusal) {
      const overtaken = refusal instanceof Refusal && refusal.code === 'staleVersion';
      if (!overtaken || expectedVersion !== undefined || attempt === ATTEMPTS) throw refusal;
    }
  }
}

function refuseBroken(values: SystemSettingsValues): void {
  const fields = brokenSettingsRules(values);
  if (fields.length === 0) return;
  const message = fields.map((one) => `${one.pointer} ${one.message}`).join('; ');
  throw new Refusal('rule', `settings would not go together: ${message}`, { fields });
}

const stale = (version: number, expected: number) =>
  new Refusal('staleVersion', `settings are at version ${version}, not ${expected}: read them again`, {
    facts: { version },
  });

/** How often a change is decided again after another came first. */
const ATTEMPTS = 8;
