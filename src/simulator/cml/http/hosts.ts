import type { CmlContext } from '../context.ts';
import { notFound } from '../errors.ts';
import { usage } from '../lab-life.ts';
import type { NoticeRecord } from '../settings-record.ts';
import { flag, listOf, nullable, object, oneOf, optional, text } from '../shape.ts';
import { changeSettings, settingsOf } from '../system-settings.ts';
import type { Topic } from './endpoints.ts';

const admission = oneOf('UNREGISTERED', 'REGISTERED', 'ONLINE', 'READY');

/** The compute host, maintenance, notices, external connectors and login settings. */
export const hostsTopic: Topic = (on, context) => {
  const { store } = context;
  const assertHost = (id: string | undefined) => {
    if (id !== settingsOf(store).computeId) throw notFound('Compute host', id ?? '');
  };

  on.user('GET', '/system/compute_hosts', () => [hostView(context)]);
  on.user('GET', '/system/compute_hosts/configuration', () => ({
    admission_state: settingsOf(store).new_host_admission_state,
  }));
  on.admin('PATCH', '/system/compute_hosts/configuration', ({ body }) => {
    const wanted = admission(object(body, 'body')['admission_state'], 'admission_state');
    changeSettings(store, { new_host_admission_state: wanted });
    return { admission_state: wanted };
  });
  on.user('GET', '/system/compute_hosts/:computeId', ({ params }) => {
    assertHost(params['computeId']);
    return hostView(context);
  });
  on.admin('PATCH', '/system/compute_hosts/:computeId', ({ params, body }) => {
    assertHost(params['computeId']);
    const wanted = optional(object(body, 'body'), 'admission_state', admission);
    if (wanted) changeSettings(store, { admission_state: wanted });
    return hostView(context);
  });

  const maintenance = () => {
    const { maintenance_mode, notice, notices } = settingsOf(store);
    return {
      maintenance_mode,
      notice,
      resolved_notice: notices.find((one) => one.id === notice) ?? null,
    };
  };
  on.user('GET', '/system/maintenance_mode', maintenance);
  on.admin('PATCH', '/system/maintenance_mode', ({ body, user }) => {
    const from = object(body, 'body');
    const mode = optional(from, 'maintenance_mode', flag);
    const notice = optional(from, 'notice', nullable(text(64)));
    changeSettings(store, {
      ...(mode === undefined ? {} : { maintenance_mode: mode }),
      ...(notice === undefined ? {} : { notice }),
    });
    context.telemetry.record('maintenance_state_change', { user_id: user.id, ...maintenance() });
    return maintenance();
  });

  on.user('GET', '/system/notices', () => settingsOf(store).notices);
  on.admin('POST', '/system/notices', ({ body }) => {
    const notice: NoticeRecord = {
      id: context.world.random.uuid(),
      level: 'INFO',
      label: '',
      content: '',
      enabled: false,
      acknowledged: {},
      groups: [],
      ...readNotice(body),
    };
    changeSettings(store, { notices: [...settingsOf(store).notices, notice] });
    return notice;
  });
  const notice = (id: string | undefined) => {
    const found = settingsOf(store).notices.find((one) => one.id === id);
    if (!found) throw notFound('Notice', id ?? '');
    return found;
  };
  on.user('GET', '/system/notices/:noticeId', ({ params }) => notice(params['noticeId']));
  on.admin('PATCH', '/system/notices/:noticeId', ({ params, body }) => {
    const old = notice(params['noticeId']);
    const changed = { ...old, ...readNotice(body) };
    changeSettings(store, {
      notices: settingsOf(store).notices.map((one) => (one.id === old.id ? changed : one)),
    });
    return changed;
  });
  on.admin('DELETE', '/system/notices/:noticeId', ({ params }) => {
    const { id } = notice(params['noticeId']);
    const { notices, notice: shown } = settingsOf(store);
    changeSettings(store, {
      notices: notices.filter((one) => one.id !== id),
      notice: shown === id ? null : shown,
    });
  });

  const connectors = () => settingsOf(store).connectors;
  const connector = (id: string | undefined) => {
    const found = connectors().find((one) => one.id === id);
    if (!found) throw notFound('External connector', id ?? '');
    return found;
  };
  on.user('GET', '/system/external_connectors', connectors);
  on.admin('PUT', '/system/external_connectors', connectors);
  on.user('GET', '/system/external_connectors/:connectorId', ({ params }) =>
    connector(params['connectorId']),
  );
  on.admin('PATCH', '/system/external_connectors/:connectorId', ({ params, body }) => {
    const old = connector(params['connectorId']);
    const from = object(body, 'body');
    const changed = {
      ...old,
      label: optional(from, 'label', text(128)) ?? old.label,
      protected: optional(from, 'protected', flag) ?? old.protected,
      snooped: optional(from, 'snooped', flag) ?? old.snooped,
      tags: optional(from, 'tags', listOf(text(64))) ?? old.tags,
    };
    changeSettings(store, { connectors: connectors().map((one) => (one.id === old.id ? changed : one)) });
    return changed;
  });
  on.admin('DELETE', '/system/external_connectors/:connectorId', ({ params }) => {
    const { id } = connector(params['connectorId']);
    changeSettings(store, { connectors: connectors().filter((one) => one.id !== id) });
  });

  on.admin('GET', '/system/auth/config', () => settingsOf(store).auth);
  on.admin('PATCH', '/system/auth/config', ({ body }) => {
    const auth = { ...settingsOf(store).auth, ...object(body, 'body') };
    changeSettings(store, { auth });
    return auth;
  });
};

/** Exactly the keys of the real one: its client library fails on one more or one less. */
function hostView(context: CmlContext) {
  const { computeId, admission_state } = settingsOf(context.store);
  const { nodes } = usage(context);
  const placed = context.store.nodes.values().filter((node) => node.life.phase !== 'defined').length;
  return {
    id: computeId,
    hostname: context.options.hostname,
    server_address: context.options.consoleHost,
    is_connector: true,
    is_simulator: true,
    is_connected: admission_state === 'ONLINE' || admission_state === 'READY',
    is_synced: true,
    admission_state,
    node_counts: { total_nodes: placed, total_orphans: 0, running_nodes: nodes, running_orphans: 0 },
  };
}

function readNotice(body: unknown): Partial<NoticeRecord> {
  const from = object(body, 'body');
  const level = optional(from, 'level', oneOf('INFO', 'SUCCESS', 'WARNING', 'ERROR'));
  const label = optional(from, 'label', text(128));
  const content = optional(from, 'content', text(8192));
  const enabled = optional(from, 'enabled', flag);
  const groups = optional(from, 'groups', nullable(listOf(text(64))));
  return {
    ...(level === undefined ? {} : { level }),
    ...(label === undefined ? {} : { label }),
    ...(content === undefined ? {} : { content }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(groups === undefined ? {} : { groups: groups ?? [] }),
  };
}
