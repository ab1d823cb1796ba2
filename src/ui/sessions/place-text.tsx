import type { SessionView } from '@lcm/core/api/sessions.ts';
import { Link } from '@tanstack/react-router';
import { texts } from '../texts/texts.ts';

/** The worker that the session is on, or the reason why it has none. */
export function PlaceText({ view }: { view: SessionView }) {
  const { placement, workerName, standing, decision } = view;
  if (placement) {
    return (
      <Link to="/workers/$id" params={{ id: placement.workerId }} tabIndex={-1}>
        {workerName ?? placement.workerId}
      </Link>
    );
  }
  const reason = standing?.reason ?? decision?.reason;
  if (reason && view.status === 'PENDING') return <span title={reason.message}>{reason.code}</span>;
  return view.status === 'PENDING' ? <span className="quiet">{texts.sessions.unplaced}</span> : null;
}
