import { diagnostics } from '../diagnostics.ts';
import { CmlError } from '../errors.ts';
import { labView } from '../labs.ts';
import { defaultVersion } from '../options.ts';
import { integer } from '../shape.ts';
import { simulationStats } from '../simulation-stats.ts';
import { systemHealth, systemStats } from '../system-health.ts';
import { changeSettings, settingsOf } from '../system-settings.ts';
import { topologyView } from '../topology-view.ts';
import type { Topic } from './endpoints.ts';

/** What the system says about itself: version, health, statistics, events, diagnostics. */
export const systemTopic: Topic = (on, context) => {
  const { options } = context;
  on.open('GET', '/system_information', () => ({
    version: options.version ?? defaultVersion,
    ready: options.ready?.() ?? true,
    allow_ssh_pubkey_auth: false,
    oui: '52:54:00',
  }));
  on.user('GET', '/system_health', () => systemHealth(context));
  on.user('GET', '/system_stats', () => systemStats(context));
  on.user('GET', '/telemetry/events', () =>
    context.telemetry.happened().map(({ category, at, data }) => ({
      category,
      timestamp: new Date(at).toISOString(),
      data,
    })),
  );
  on.admin('GET', '/diagnostics/:category', ({ params }) => diagnostics(context, params['category'] ?? ''));
  on.lab('lab_view', 'GET', '/labs/:labId/simulation_stats', ({ lab }) => simulationStats(context, lab));
  on.user('GET', '/populate_lab_tiles', ({ user }) => ({
    lab_tiles: Object.fromEntries(
      context.store.labs
        .values()
        .filter((lab) => user.admin || lab.ownerId === user.id)
        .map((lab) => [
          lab.id,
          { ...labView(context, lab, user), topology: topologyView(context, lab, false) },
        ]),
    ),
  }));
  on.user('GET', '/web_session_timeout', () => settingsOf(context.store).web_session_timeout);
  on.admin('PATCH', '/web_session_timeout/:seconds', ({ params }) => {
    const web_session_timeout = integer(60, 31_536_000)(Number(params['seconds']), 'seconds');
    changeSettings(context.store, { web_session_timeout });
    return 'OK';
  });
  on.user('GET', '/sample/labs', () => ({}));
  on.user('PUT', '/sample/labs/:title', ({ params }) => {
    throw new CmlError(404, `Sample lab not found: ${params['title']}`);
  });
};
