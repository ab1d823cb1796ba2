import { type FocusEvent, useEffect, useRef } from 'react';

/** What an element needs to know whether a hand is in it: a pointer over it, or the focus inside. */
export function useHand(onHeld: (held: boolean) => void) {
  const hand = useRef({ pointer: false, focus: false });
  const told = useRef(false);
  const tell = (change: { pointer?: boolean; focus?: boolean }) => {
    Object.assign(hand.current, change);
    const held = hand.current.pointer || hand.current.focus;
    if (held === told.current) return;
    told.current = held;
    onHeld(held);
  };
  useEffect(() => {
    // A pointer that leaves the window over the table leaves the table too; not all browsers say so.
    const gone = () => tell({ pointer: false });
    document.documentElement.addEventListener('pointerleave', gone);
    return () => document.documentElement.removeEventListener('pointerleave', gone);
  });
  return {
    onPointerEnter: () => tell({ pointer: true }),
    onPointerMove: () => tell({ pointer: true }),
    onPointerLeave: () => tell({ pointer: false }),
    onFocus: () => tell({ focus: true }),
    onBlur: ({ currentTarget, relatedTarget }: FocusEvent<HTMLElement>) => {
      const inside = relatedTarget instanceof Node && currentTarget.contains(relatedTarget);
      if (!inside) tell({ focus: false });
    },
  };
}
