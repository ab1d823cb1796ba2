import { Refusal } from '@lcm/core/api/vocabulary.ts';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { texts } from '../texts/texts.ts';

/**
 * Runs what a button asks for. What goes wrong stays on the screen until it is closed; a refusal says in the
 * server's words what was in the way.
 */
export function useAct() {
  const [busy, setBusy] = useState(false);
  /** Gives whether it was done. */
  const act = async (title: string, work: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    try {
      await work();
      return true;
    } catch (error) {
      notifications.show({
        title: `${title}: ${texts.failure.refused}`,
        message: wordsOf(error),
        color: 'red',
        autoClose: false,
      });
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { act, busy };
}

/** What an error says to a person: its message, and each field that is wrong. */
export function wordsOf(error: unknown): string {
  if (error instanceof Refusal)
    return [
      error.code === 'staleVersion' ? texts.session.actions.changed : error.message,
      ...error.fields.map((field) => `${field.pointer} ${field.message}`),
      ...(error.correlationId ? [texts.failure.reference(error.correlationId)] : []),
    ].join(' · ');
  return error instanceof Error ? error.message : String(error);
}
