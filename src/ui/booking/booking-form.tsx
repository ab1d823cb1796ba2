import type { DefinitionView } from '@lcm/core/api/definitions.ts';
import { Button, Group, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import page from '../app/page.module.css';
import { versionKey } from '../definitions/version-key.ts';
import { serverNow } from '../live/live.ts';
import { useConnection } from '../live/use-connection.ts';
import type { EntityStore } from '../store/entity-store.ts';
import { stores } from '../store/stores.ts';
import { useSummary } from '../store/use-summary.ts';
import { texts } from '../texts/texts.ts';
import { momentOf } from '../time/format.ts';
import { useZone, zoneName } from '../time/zone.ts';
import styles from './booking-page.module.css';
import { type Draft, EMPTY } from './draft.ts';

interface BookingFormProps {
  draft: Draft;
  onDraft: (draft: Draft) => void;
  /** What the server says about fields. */
  problems: Partial<Record<keyof Draft, string>>;
  /** Whether what is filled in makes a booking. */
  ready: boolean;
  fits: boolean;
  busy: boolean;
  onBook: () => void;
}

const words = texts.booking;

/** What is wanted. */
export function BookingForm({ draft, onDraft, problems, ready, fits, busy, onBook }: BookingFormProps) {
  const zone = useZone();
  const { loaded } = useConnection();
  const definitions = useSummary(stores.definition, activeDefinitions);
  const chosen = definitions.find(({ id }) => id === draft.definitionId);
  const set = (change: Partial<Draft>) => onDraft({ ...draft, ...change });
  const startMs = draft.start ? momentOf(draft.start, zone) : serverNow();
  const field = (name: keyof Draft) => ({
    value: draft[name],
    error: problems[name],
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) =>
      set({ [name]: currentTarget.value }),
  });
  return (
    <form
      className={`${page.card} ${styles.form}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onBook();
      }}
    >
      <NativeSelect
        label={words.definition}
        description={loaded && definitions.length === 0 ? words.noDefinitions : words.definitionHint}
        required
        {...field('definitionId')}
      >
        <option value="" />
        {definitions.map(({ id, spec }) => (
          <option key={id} value={id}>
            {spec.name} {spec.version}
            {spec.title ? `, ${spec.title}` : ''}
          </option>
        ))}
      </NativeSelect>
      <div className={styles.pair}>
        <TextInput
          type="datetime-local"
          label={words.start(zoneName(zone, startMs ?? serverNow()))}
          description={words.startNow}
          {...field('start')}
          error={startMs === undefined ? words.invalidStart : problems.start}
        />
        <NumberInput
          label={words.duration}
          description={chosen && words.durationHint(chosen.spec.maxDurationMinutes)}
          min={1}
          max={2_880}
          allowDecimal={false}
          clampBehavior="none"
          value={draft.minutes}
          error={problems.minutes}
          onChange={(value) => set({ minutes: String(value) })}
        />
      </div>
      <TextInput label={words.owner} description={words.ownerHint} {...field('owner')} />
      <div className={styles.even}>
        <TextInput label={words.givenName} {...field('givenName')} />
        <TextInput label={words.familyName} {...field('familyName')} />
      </div>
      <TextInput type="email" label={words.email} {...field('email')} />
      <div className={styles.even}>
        <TextInput label={words.region} description={words.regionHint} {...field('region')} />
        <TextInput label={words.reservation} {...field('reservationId')} />
      </div>
      <Group justify="space-between" mt="sm">
        <Button variant="subtle" color="gray" onClick={() => onDraft(EMPTY)}>
          {words.discard}
        </Button>
        <Button type="submit" disabled={!ready} loading={busy}>
          {fits ? words.submit : words.submitAnyway}
        </Button>
      </Group>
    </form>
  );
}

/** What can be booked, by name, the newest version first. */
function activeDefinitions(store: EntityStore<DefinitionView>): DefinitionView[] {
  return [...store.values()]
    .filter(({ status }) => status === 'ACTIVE')
    .sort((a, b) => {
      if (a.spec.name !== b.spec.name) return a.spec.name < b.spec.name ? -1 : 1;
      return versionKey(a.spec.version) < versionKey(b.spec.version) ? 1 : -1;
    });
}
