import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { LabDeliverySystem, LdsSession, LdsState } from '@lcm/core/spi/lab-delivery-system.ts';
import { z } from 'zod';
import { type LdsConnectionOptions, ldsConnection } from './connection.ts';

const STATES = [
  'EMPTY',
  'PENDING',
  'PRELAUNCH',
  'RUNNING',
  'PAUSED',
  'USER_FINISHED',
  'ARCHIVED',
] as const satisfies readonly LdsState[];

const answered = z.looseObject({
  id: z.string(),
  state: z.enum(STATES),
  candidate_reference: z.string().nullish(),
  started_at: z.string().nullish(),
});

/** A lablet's session has one part, and parts count from 1. */
const PART = 1;

/** The Lab Delivery System over its reservation API (reference 02, section 4.7). */
export function labDeliverySystem(options: LdsConnectionOptions): LabDeliverySystem {
  const call = ldsConnection(options);
  const of = (id: string, rest = '') => `lab_session/${encodeURIComponent(id)}${rest}`;
  const mustBe = (answer: unknown, what: string): unknown => {
    if (answer === undefined) throw new Refusal('notFound', `LDS has no ${what}`);
    return answer;
  };

  return {
    create: async ({ reference, formQualifiedName, candidate, start, end }) => {
      const body = {
        origin: 'lablet-cloud-manager',
        auth_id: reference,
        auth_id_type: 'ordered_session',
        candidate_id: candidate?.externalId ?? candidate?.email ?? reference,
        candidate_reference: reference,
        first_name: candidate?.givenName ?? 'Lablet',
        last_name: candidate?.familyName ?? 'User',
        ...(candidate?.language ? { language: candidate.language } : {}),
        location: 'cloud',
        timezone_offset: 0,
        rack_group: 'LCM',
        rack_number: 1,
        scheduled_date: start,
        scheduled_end: end,
        session_parts: [{ repository_type: 'minio', form_qualified_name: formQualifiedName }],
      };
      return sessionOf(mustBe(await call('POST', 'lab_session', body), 'such endpoint'));
    },
    findByReference: async (reference) => {
      const query = new URLSearchParams({ reference });
      const answer = await call('GET', `lab_session?${query}`);
      // A server that does not know the filter gives all sessions: what is not ours must not pass for it.
      return read(z.array(z.unknown()), answer ?? [])
        .map(sessionOf)
        .filter((session) => session.reference === reference);
    },
    get: async (id) => {
      const answer = await call('GET', of(id));
      return answer === undefined ? undefined : sessionOf(answer);
    },
    setDevices: async (id, devices) => {
      const body = devices.map(({ label, protocol, host, port }) => ({
        device_label: label,
        protocol,
        host,
        port,
      }));
      mustBe(await call('PUT', of(id, `/part/${PART}/devices`), body), `session ${id}`);
    },
    launchUrl: async (id) => {
      const answer = mustBe(await call('GET', of(id, '/lablet_launch_url')), `session ${id}`);
      return read(z.looseObject({ url: z.string().min(1) }), answer).url;
    },
    closeAccess: async (id) => {
      await call('POST', of(id, '/close_access'));
    },
    archive: async (id) => {
      await call('POST', of(id, '/release'), {});
    },
    syncContent: async (formQualifiedName) => {
      const path = `lab_folder/minio/${encodeURIComponent(formQualifiedName)}`;
      mustBe(await call('PUT', path), `content ${formQualifiedName}`);
    },
  };
}

function sessionOf(answer: unknown): LdsSession {
  const { id, state, candidate_reference, started_at } = read(answered, answer);
  return {
    id,
    state,
    reference: candidate_reference ?? '',
    ...(started_at ? { startedAt: started_at } : {}),
  };
}

function read<Schema extends z.ZodType>(schema: Schema, answer: unknown): z.output<Schema> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Refusal(
    'unavailable',
    `LDS answered in another form than agreed: ${issue?.path.join('.')} ${issue?.message}`,
  );
}
