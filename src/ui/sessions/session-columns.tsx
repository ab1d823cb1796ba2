import type { SessionView } from '@lcm/core/api/sessions.ts';
import { SESSION_STATUSES } from '@lcm/core/api/vocabulary.ts';
import { Link } from '@tanstack/react-router';
import { Chip } from '../state/chip.tsx';
import { currentPipeline, sessionFlags, sessionLook } from '../state/session-look.ts';
import { byText } from '../table/by-text.ts';
import type { Column } from '../table/column.ts';
import { texts } from '../texts/texts.ts';
import { ownerText } from './owner-text.ts';
import { PlaceText } from './place-text.tsx';
import { Countdown, SlotTime, StepNow } from './session-times.tsx';

const { columns } = texts.sessions;
const words: Record<string, number> = Object.fromEntries(
  SESSION_STATUSES.map((status, index) => [status, index]),
);

/** The columns of session lists. */
export const SESSION_COLUMNS: readonly Column<SessionView>[] = [
  {
    id: 'state',
    header: columns.state,
    width: 'minmax(150px, 1.1fr)',
    always: true,
    phoneLine: 1,
    compare: (a, b) => (words[a.status] ?? 0) - (words[b.status] ?? 0),
    cell: (view) => (
      <>
        <Chip look={sessionLook(view)} title={view.ending?.reason ?? view.standing?.reason?.message} />
        {sessionFlags(view).map((look) => (
          <Chip key={look.word} look={look} />
        ))}
      </>
    ),
  },
  {
    id: 'definition',
    header: columns.definition,
    width: 'minmax(160px, 1.4fr)',
    always: true,
    phoneLine: 2,
    compare: byText(({ definition }) => `${definition.name} ${definition.version}`),
    cell: ({ id, definition }) => (
      <Link to="/sessions/$id" params={{ id }} tabIndex={-1} title={id}>
        {definition.name} <span className="quiet">{definition.version}</span>
      </Link>
    ),
  },
  {
    id: 'owner',
    header: columns.owner,
    width: 'minmax(110px, 1fr)',
    phoneLine: 2,
    compare: byText(ownerText),
    cell: (view) => ownerText(view),
  },
  {
    id: 'timeslot',
    header: columns.timeslot,
    width: 'minmax(130px, 1fr)',
    phoneLine: 1,
    compare: byText(({ timeslot }) => timeslot.start),
    cell: ({ timeslot }) => <SlotTime slot={timeslot} />,
  },
  {
    id: 'ends',
    header: columns.ends,
    width: 'minmax(120px, 0.9fr)',
    compare: byText(({ timeslot }) => timeslot.end),
    cell: (view) => <Countdown view={view} />,
  },
  {
    id: 'worker',
    header: columns.worker,
    width: 'minmax(130px, 1.1fr)',
    compare: byText(({ workerName, placement }) => workerName ?? placement?.workerId ?? ''),
    cell: (view) => <PlaceText view={view} />,
  },
  {
    id: 'step',
    header: columns.step,
    width: 'minmax(150px, 1.2fr)',
    cell: (view) => {
      const name = currentPipeline(view);
      const pipeline = name && view.pipelines[name];
      return pipeline ? <StepNow pipeline={pipeline} /> : null;
    },
  },
  {
    id: 'result',
    header: columns.result,
    width: '90px',
    compare: byText(({ gradeResult }) => gradeResult ?? ''),
    cell: ({ gradeResult }) =>
      gradeResult ? (
        <Chip
          look={{
            glyph: gradeResult === 'PASS' ? 'check' : 'ringCross',
            tone: gradeResult === 'PASS' ? 'serving' : 'attention',
            word: gradeResult,
          }}
        />
      ) : null,
  },
  {
    id: 'reservation',
    header: columns.reservation,
    width: 'minmax(120px, 1fr)',
    extra: true,
    compare: byText(({ reservationId }) => reservationId ?? ''),
    cell: ({ reservationId }) => <span className="mono">{reservationId}</span>,
  },
  {
    id: 'region',
    header: columns.region,
    width: '110px',
    extra: true,
    compare: byText(({ region }) => region ?? ''),
    cell: ({ region }) => region,
  },
  {
    id: 'id',
    header: columns.id,
    width: 'minmax(160px, 1fr)',
    extra: true,
    compare: byText(({ id }) => id),
    cell: ({ id }) => <span className="mono">{id}</span>,
  },
];
