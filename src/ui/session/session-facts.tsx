import type { SessionView } from '@lcm/core/api/sessions.ts';
import { Link } from '@tanstack/react-router';
import { ownerText } from '../sessions/owner-text.ts';
import { texts } from '../texts/texts.ts';
import { dateAndTime, slotText } from '../time/format.ts';
import { useNow } from '../time/server-clock.ts';
import { useZone, zoneName } from '../time/zone.ts';
import { dollars } from './dollars.ts';
import { endingText } from './ending-text.ts';
import { Facts } from './facts.tsx';

const { fact } = texts.session;

/** What is known about the session, for the page and for the peek. */
export function SessionFacts({ view }: { view: SessionView }) {
  const zone = useZone();
  const now = useNow();
  const { timeslot, lab, userSession, placement, ending, candidate } = view;
  const [from, to] = [Date.parse(timeslot.start), Date.parse(timeslot.end)];
  const name = zoneName(zone, from);
  const held = slotText(
    from - timeslot.leadSeconds * 1_000,
    to + timeslot.teardownSeconds * 1_000,
    now,
    zone,
  );
  const ports = Object.entries(lab?.ports ?? {});
  return (
    <Facts
      facts={[
        [
          fact.definition,
          <Link key="d" to="/definitions" search={{ peek: view.definition.definitionId }}>
            {view.definition.name} {view.definition.version}
          </Link>,
        ],
        [fact.timeslot, `${slotText(from, to, now, zone)} ${name}`],
        [fact.held, `${held} ${name}`],
        [fact.owner, ownerText(view)],
        [fact.candidate, candidate?.email],
        [fact.bookedBy, view.bookedBy],
        [fact.department, view.department],
        [fact.reservation, view.reservationId && <span className="mono">{view.reservationId}</span>],
        [fact.region, view.region],
        [
          fact.worker,
          placement && (
            <Link to="/workers/$id" params={{ id: placement.workerId }}>
              {view.workerName ?? placement.workerId}
            </Link>
          ),
        ],
        [fact.placements, view.placements > 1 && String(view.placements)],
        [fact.lab, lab && <span className="mono">{lab.title}</span>],
        [
          fact.ports,
          ports.length > 0 && (
            <span className="mono">{ports.map(([port, number]) => `${port} ${number}`).join(', ')}</span>
          ),
        ],
        [
          fact.launch,
          userSession && (
            <span className="mono">
              {(userSession.open ? texts.session.ldsOpen : texts.session.ldsClosed)(
                userSession.ldsSessionId ?? userSession.id,
              )}
            </span>
          ),
        ],
        [fact.cost, view.costUsd > 0 && dollars(view.costUsd)],
        [fact.evidence, view.evidenceKey && <span className="mono">{view.evidenceKey}</span>],
        [fact.result, view.gradeResult],
        [
          fact.ending,
          ending && `${endingText(ending)} (${ending.by}, ${dateAndTime(Date.parse(ending.at), zone)})`,
        ],
        [
          fact.id,
          <span key="i" className="mono">
            {view.id}
          </span>,
        ],
      ]}
    />
  );
}
