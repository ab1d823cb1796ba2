import { type Definition, definition } from '@lcm/core/domain/definition-state.ts';
import { type Session, session } from '@lcm/core/domain/session-state.ts';
import { iso } from '@lcm/core/domain/time.ts';
import { HOUR, MORNING, SMALL } from '@lcm/core/placement/candidate.fixture.ts';
import type { Waiting } from './waiting.ts';

/** A session that waits, for a slot that begins so many hours after MORNING and lasts two. */
export function aWaiting(id: string, startsInHours: number, more: Partial<Session> = {}): Waiting {
  const at = iso(MORNING);
  const start = MORNING + startsInHours * HOUR;
  return {
    id,
    version: 1,
    session: session.parse({
      id,
      definition: {
        definitionId: 'ccna@1.0.0',
        name: 'ccna',
        version: '1.0.0',
        need: SMALL,
        collectsEvidence: true,
        grades: true,
      },
      owner: { externalId: 'candidate-1' },
      ownerKey: 'candidate-1',
      bookedBy: 'proctor',
      status: 'PENDING',
      statusSince: at,
      timeslot: {
        start: iso(start),
        end: iso(start + 2 * HOUR),
        leadSeconds: 900,
        teardownSeconds: 600,
      },
      onHold: false,
      placements: 0,
      releases: [],
      avoidWorkers: [],
      pipelines: {},
      inbound: [],
      history: [],
      createdAt: at,
      updatedAt: at,
      ...more,
    }),
    definition: aDefinition(),
  };
}

/** The definition that they are booked with. */
export function aDefinition(findings: Definition['facts']['findings'] = []): Definition {
  const at = iso(MORNING);
  return definition.parse({
    id: 'ccna@1.0.0',
    spec: { name: 'ccna', version: '1.0.0' },
    content: { topologyKey: 'sha256-0' },
    facts: {
      title: 'CCNA',
      nodeCount: 5,
      linkCount: 4,
      nodeDefinitions: ['iosv'],
      need: SMALL,
      ports: [],
      findings,
    },
    status: 'ACTIVE',
    sync: { status: 'success', at },
    createdBy: 'author',
    createdAt: at,
    updatedAt: at,
  });
}
