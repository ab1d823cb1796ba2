import { useSyncExternalStore } from 'react';

const KEY = 'lcm.letters';
const watchers = new Set<() => void>();
let on = remembered();

/** Whether single letters are keys; they can be switched off (WCAG 2.1.4). */
export const lettersOn = (): boolean => on;

export function switchLetters(next: boolean): void {
  on = next;
  try {
    localStorage.setItem(KEY, next ? 'on' : 'off');
  } catch {
    // Storage is off: the choice lasts as long as the page.
  }
  for (const call of [...watchers]) call();
}

export function useLetters(): boolean {
  return useSyncExternalStore((call) => {
    watchers.add(call);
    return () => watchers.delete(call);
  }, lettersOn);
}

function remembered(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    return true;
  }
}
