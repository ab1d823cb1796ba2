/** Kinds that clients can follow. */
export const LIVE_KINDS = ['session', 'worker', 'definition', 'lab-record'] as const;
export type LiveKind = (typeof LIVE_KINDS)[number];

/** Names of snapshot frames, as clients of the original know them (reference 01, section 3.5). */
export const SNAPSHOT_NAMES: Readonly<Record<LiveKind, string>> = {
  session: 'lablet.session.snapshot',
  worker: 'worker.snapshot',
  definition: 'lablet.definition.snapshot',
  'lab-record': 'lab.snapshot',
};

/** Which name a change goes by: the first rule that one of its domain events matches. */
const NAMES: Readonly<Record<LiveKind, readonly (readonly [RegExp, string])[]>> = {
  session: [
    [/^session\.created$/, 'lablet.session.created'],
    [/^session\.terminated$/, 'lablet.session.terminated'],
    [
      /^session\.(scheduled|instantiating|ready|running|collecting|grading|stopping|stopped|requeued|archived|expired)$/,
      'lablet.session.status.changed',
    ],
    [/^session\.score\.recorded$/, 'lablet.session.score.recorded'],
    [/^session\.timeslot\.changed$/, 'lablet.session.timeslot.extended'],
    [/^session\.lab\.unbound$/, 'lablet.session.ports.released'],
    [/^session\.pipeline\./, 'lablet.session.pipeline.progress'],
    [/./, 'lablet.session.updated'],
  ],
  worker: [
    [/^worker\.created$/, 'worker.created'],
    [/^worker\.(status\.updated|provisioning)$/, 'worker.status.updated'],
    [/./, 'worker.updated'],
  ],
  definition: [
    [/^definition\.created$/, 'lablet.definition.created'],
    [/^definition\.deprecated$/, 'lablet.definition.deprecated'],
    [/^definition\.content\.synced$/, 'lablet.definition.content_synced'],
    [/^definition\.sync\.requested$/, 'lablet.definition.sync_requested'],
    [/./, 'lablet.definition.updated'],
  ],
  'lab-record': [
    [/^lab-record\.created$/, 'lab.discovered'],
    [/^lab-record\.bound$/, 'lab.bound'],
    [/^lab-record\.unbound$/, 'lab.unbound'],
    [/./, 'lab.status.updated'],
  ],
};

/** The name under which a change is sent. */
export function eventName(kind: LiveKind, types: readonly string[]): string {
  const rule = NAMES[kind].find(([pattern]) => types.some((type) => pattern.test(type)));
  return (rule ?? NAMES[kind].at(-1))?.[1] ?? kind;
}
