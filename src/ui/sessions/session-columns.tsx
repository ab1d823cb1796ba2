import type { SessionView } from '@lcm/core/api/sessions.ts';
import { Link } from '@tanstack/react-router';
import { Chip } from '../state/chip.tsx';
import { currentPipeline, sessionFlags, sessionLook } from '../state/session-look.ts';
import { byText } from '../table/by-text.ts';
import type { Column } from '../table/column.ts';
import { texts } from '../texts/texts.ts';
import { byUrgency } from './by-urgency.ts';
import { ownerText } from './owner-text.ts';
import { PlaceText } from './place-text.tsx';
import { Countdown, SlotTime, StepNow } from './session-times.tsx';

const { columns } = texts.sessions;

/** The columns of session lists. */
export const SESSION_COLUMNS: readonly Column<SessionView>[] = [
  {
    id: 'state',
    header: columns.state,
    width: [190, 1.2],
    always: true,
    phoneLine: 1,
    compare: byUrgency,
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
    width: [228, 1.4],
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
    width: [100, 1],
    phoneLine: 2,
    compare: byText(ownerText),
    cell: (view) => ownerText(view),
  },
  {
    id: 'timeslot',
    header: columns.timeslot,
    width: [155, 1],
    phoneLine: 1,
    compare: byText(({ timeslot }) => timeslot.start),
    cell: ({ timeslot }) => <SlotTime slot={timeslot} />,
  },
  {
    id: 'ends',
    header: columns.ends,
    width: [140, 0.9],
    compare: byText(({ timeslot }) => timeslot.end),
    cell: (view) => <Countdown view={view} />,
  },
  {
    id: 'worker',
    header: columns.worker,
    width: [128, 1.1],
    compare: byText(({ workerName, placement }) => workerName ?? placement?.workerId ?? ''),
    cell: (view) => <PlaceText view={view} />,
  },
  {
    id: 'step',
    header: columns.step,
    width: [135, 1.2],
    cell: (view) => {
      const name = currentPipeline(view);
      const pipeline = name && view.pipelines[name];
      return pipeline ? <StepNow pipeline={pipeline} /> : null;
    },
  },
  {
    id: 'result',
    header: columns.result,
    width: [90, 0],
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
    width: [120, 1],
    extra: true,
    compare: byText(({ reservationId }) => reservationId ?? ''),
    cell: ({ reservationId }) => <span className="mono">{reservationId}</span>,
  },
  {
    id: 'region',
    header: columns.region,
    width: [110, 0],
    extra: true,
    compare: byText(({ region }) => region ?? ''),
    cell: ({ region }) => region,
  },
  {
    id: 'id',
    header: columns.id,
    width: [160, 1],
    extra: true,
    compare: byText(({ id }) => id),
    cell: ({ id }) => <span className="mono">{id}</span>,
  },
];
