import type { CloudEvent } from '../events.ts';
import { virtualWorld } from '../virtual-world.ts';
import type { ReachableDevice } from './device-access.ts';
import { buildLds } from './lds.ts';

/** The credentials that the fixture's LDS asks for. */
export const authorization = `Basic ${Buffer.from('lcm:pässword', 'utf8').toString('base64')}`;

/** A reservation as a client sends it, for a lab of one hour from the beginning of virtual time. */
export const reservation = {
  origin: 'lablet-cloud-manager',
  auth_id: 'session-1',
  auth_id_type: 'ordered_session',
  candidate_id: 'cand-7',
  candidate_reference: 'session-1',
  location: 'cloud',
  timezone_offset: 0,
  first_name: 'Ada',
  last_name: 'Lovelace',
  rack_group: 'LCM',
  rack_number: 1,
  scheduled_date: '2026-01-01T00:00:00Z',
  scheduled_end: '2026-01-01T01:00:00Z',
  session_parts: [{ repository_type: 'minio', form_qualified_name: 'Exam Associate CCNA v1.1 LAB 1.3a' }],
};

/** An LDS on virtual time with one router at 127.0.0.9:5001, and the events that it sent. */
export function ldsFixture({ world = virtualWorld() } = {}) {
  const events: CloudEvent[] = [];
  const router = { text: 'hostname R1' };
  const device: ReachableDevice = {
    runningConfig: () => router.text,
    applyConfiguration: (text, mode) => {
      if (text === 'bad') throw new Error('% Invalid input');
      router.text = mode === 'replace' ? text : `${router.text}\n${text}`;
    },
  };
  const app = buildLds(world, {
    username: 'lcm',
    password: 'pässword',
    publicUrl: 'https://labs.test/',
    eventSinks: ['https://sink.test/events'],
    devices: { find: (host, port) => (host === '127.0.0.9' && port === 5001 ? device : undefined) },
    fetch: async (_url, init) => {
      events.push(JSON.parse(String(init?.body)));
      return new Response(null, { status: 202 });
    },
  });
  const rest = (method: 'GET' | 'POST' | 'PUT', path: string, payload?: object) =>
    app.inject({
      method,
      url: `/lds/reservations/v3/${path}`,
      headers: { authorization },
      ...(payload && { payload }),
    });
  return {
    world,
    app,
    events,
    router,
    rest,
    create: async (changes: object = {}) =>
      (await rest('POST', 'lab_session', { ...reservation, ...changes })).json(),
    sim: (method: 'GET' | 'POST' | 'PUT', id: string, action: string, payload?: object) =>
      app.inject({ method, url: `/lds/sim/sessions/${id}/${action}`, ...(payload && { payload }) }),
  };
}
