import type { SystemSettingsValues } from '@lcm/core/domain/settings.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { ContentStore } from '@lcm/core/spi/content-store.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import type { StateBus } from '@lcm/core/spi/state-bus.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';
import type { Commands } from './commands/execute.ts';

/** What commands and queries work with. */
export interface Services {
  store: StateStore;
  bus: StateBus;
  content: ContentStore;
  clock: Clock;
  random: Random;
  log: Log;
  commands: Commands;
  /** What holds where no setting is stored: from the environment. */
  settingDefaults: Partial<SystemSettingsValues>;
  /** Shown as the system's version. */
  version: string;
}
