import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { browserPace } from '../browser/pace.ts';
import { lettersOn } from './letters.ts';
import { PLACES } from './places.ts';

/** Milliseconds in which the letter after `g` counts. */
const GO_MS = 1_500;

/** The keys that work everywhere. */
export function useShortcuts({ onPalette, onHelp }: { onPalette: () => void; onHelp: () => void }): void {
  const navigate = useNavigate();
  const goUntil = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey)) {
        event.preventDefault();
        onPalette();
        return;
      }
      if (!lettersOn() || typing(event)) return;
      const now = browserPace.now();
      if (event.key === 'g') goUntil.current = now + GO_MS;
      else if (now < goUntil.current) {
        goUntil.current = 0;
        const place = PLACES.find(({ letter }) => letter === event.key);
        if (place) void navigate({ to: place.to });
      } else if (event.key === '?') onHelp();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [navigate, onPalette, onHelp]);
}

/** A key for this page only while it is shown. */
export function useLetter(key: string, call: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== key || !lettersOn() || typing(event)) return;
      event.preventDefault();
      call();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [key, call]);
}

/** Whether the key belongs to what is being typed, or to an open dialog. */
function typing(event: KeyboardEvent): boolean {
  if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return true;
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.closest('input, textarea, select, [role="dialog"], [role="menu"]') !== null
  );
}
