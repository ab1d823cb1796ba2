import type { SessionView } from '@lcm/core/api/sessions.ts';
import type { PipelineProgress } from '@lcm/core/api/vocabulary.ts';
import { Glyph } from '../state/glyph.tsx';
import { stepLook } from '../state/session-look.ts';
import { toneColor } from '../state/tone.ts';
import { texts } from '../texts/texts.ts';
import { dateAndTime, lengthText, roughLength, slotText } from '../time/format.ts';
import { useNow } from '../time/server-clock.ts';
import { useZone } from '../time/zone.ts';

/** From when to when; the pointer shows both zones. */
export function SlotTime({ slot }: { slot: SessionView['timeslot'] }) {
  const zone = useZone();
  const now = useNow();
  const [from, to] = [Date.parse(slot.start), Date.parse(slot.end)];
  return (
    <span title={`${dateAndTime(from, 'local')} · ${dateAndTime(from, 'utc')} UTC`}>
      {slotText(from, to, now, zone)}
    </span>
  );
}

const OVER: readonly string[] = ['ARCHIVED', 'EXPIRED', 'TERMINATED'];

/** How long until the slot starts or ends, or since when the session is over. */
export function Countdown({ view }: { view: SessionView }) {
  const now = useNow();
  const [from, to] = [Date.parse(view.timeslot.start), Date.parse(view.timeslot.end)];
  if (OVER.includes(view.status)) {
    const at = Date.parse(view.endedAt ?? view.statusSince);
    return <span className="quiet">{texts.sessions.ended(roughLength(now - at))}</span>;
  }
  if (now < from) return <span>{texts.sessions.startsIn(countdown(from - now))}</span>;
  if (now < to) return <span>{texts.sessions.endsIn(countdown(to - now))}</span>;
  return <span className="quiet">{texts.sessions.ended(roughLength(now - to))}</span>;
}

/** To the second only where seconds matter. */
function countdown(ms: number): string {
  return ms < 3_600_000 ? lengthText(ms) : roughLength(ms);
}

/** The step that is under way, or that failed, with how long it has taken; else how far the pipeline is. */
export function StepNow({ pipeline }: { pipeline: PipelineProgress }) {
  const now = useNow();
  const steps = pipeline.plan.map(({ name }) => pipeline.steps[name]);
  const step =
    steps.find((one) => one?.status === 'RUNNING') ?? steps.find((one) => one?.status === 'FAILED');
  if (!step) {
    const done = steps.filter((one) => one?.status === 'COMPLETED' || one?.status === 'SKIPPED').length;
    return (
      <span className="quiet">
        {pipeline.name} {texts.session.stepsDone(done, pipeline.plan.length)}
      </span>
    );
  }
  const look = stepLook(step.status);
  const end = step.endedAt ? Date.parse(step.endedAt) : now;
  const length = step.startedAt ? lengthText(end - Date.parse(step.startedAt)) : '';
  return (
    <span
      title={step.message}
      style={{ color: toneColor(look.tone), display: 'inline-flex', gap: 6, alignItems: 'center' }}
    >
      <Glyph name={look.glyph} />
      {step.name} {length}
    </span>
  );
}
