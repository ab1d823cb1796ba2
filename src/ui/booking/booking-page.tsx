import { Refusal } from '@lcm/core/api/vocabulary.ts';
import { notifications } from '@mantine/notifications';
import { getRouteApi } from '@tanstack/react-router';
import { useRef } from 'react';
import { client } from '../app/client.ts';
import page from '../app/page.module.css';
import { useAct } from '../app/use-act.ts';
import { uniqueText } from '../browser/pace.ts';
import { stores } from '../store/stores.ts';
import { texts } from '../texts/texts.ts';
import { inputText } from '../time/format.ts';
import { useZone } from '../time/zone.ts';
import { BookingAnswer } from './booking-answer.tsx';
import { BookingForm } from './booking-form.tsx';
import styles from './booking-page.module.css';
import { type Draft, EMPTY, fieldOf, requestOf } from './draft.ts';
import { useDraft } from './use-draft.ts';
import { useDryRun } from './use-dry-run.ts';

const route = getRouteApi('/book');

/** Books a session: what is wanted on the left, what it would come to on the right, live. */
export function BookingPage() {
  const { definition } = route.useSearch();
  const navigate = route.useNavigate();
  const zone = useZone();
  const { draft, setDraft } = useDraft(definition);
  const { act, busy } = useAct();
  const request = requestOf(draft, zone);
  const dryRun = useDryRun(request);
  // The same question has the same key, so that a second click or a retry books once.
  const key = useRef({ question: '', key: '' });

  const book = () =>
    act(texts.booking.title, async () => {
      if (!request) return;
      const question = JSON.stringify(request);
      if (key.current.question !== question) key.current = { question, key: uniqueText() };
      const booked = await client.sessions.book({
        body: request,
        headers: { 'idempotency-key': key.current.key },
      });
      stores.session.put([booked]);
      key.current = { question: '', key: '' };
      setDraft({ ...EMPTY, definitionId: draft.definitionId, minutes: draft.minutes });
      notifications.show({ message: texts.booking.booked(booked.id), autoClose: 6_000 });
      await navigate({ to: '/sessions/$id', params: { id: booked.id } });
    });

  return (
    <div className={page.page}>
      <h1>{texts.booking.title}</h1>
      <div className={styles.columns}>
        <BookingForm
          draft={draft}
          onDraft={setDraft}
          problems={problemsOf(dryRun.error)}
          ready={request !== undefined}
          fits={dryRun.answer?.fits !== false}
          busy={busy}
          onBook={() => void book()}
        />
        <BookingAnswer
          dryRun={dryRun}
          onStart={(start) => setDraft({ ...draft, start: inputText(Date.parse(start), zone) })}
        />
      </div>
    </div>
  );
}

/** What the server says about single fields of the form. */
function problemsOf(error: unknown): Partial<Record<keyof Draft, string>> {
  if (!(error instanceof Refusal)) return {};
  const known = error.fields.flatMap(({ pointer, message }) => {
    const field = fieldOf(pointer);
    return field ? [[field, message] as const] : [];
  });
  return Object.fromEntries(known);
}
