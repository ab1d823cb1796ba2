import { useEffect, useState } from 'react';
import { type Draft, EMPTY } from './draft.ts';

const KEY = 'lcm.booking-draft';

/** The draft of a booking; it survives errors and reloads until it is booked or cleared. */
export function useDraft(definitionId: string | undefined) {
  const [draft, setDraft] = useState<Draft>(() => ({
    ...remembered(),
    ...(definitionId ? { definitionId } : {}),
  }));
  useEffect(() => {
    try {
      localStorage.setItem(KEY, JSON.stringify(draft));
    } catch {
      // Storage is off: the draft lasts as long as the page.
    }
  }, [draft]);
  return { draft, setDraft };
}

function remembered(): Draft {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    const known = Object.entries(kept ?? {}).filter(
      ([name, value]) => name in EMPTY && typeof value === 'string',
    );
    return { ...EMPTY, ...Object.fromEntries(known) };
  } catch {
    // Not ours or not readable: begin anew.
    return EMPTY;
  }
}
