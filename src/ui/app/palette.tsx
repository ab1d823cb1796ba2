import { Modal, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useId, useState } from 'react';
import { texts } from '../texts/texts.ts';
import { type Found, find } from './find.ts';
import styles from './palette.module.css';

/** Goes to any place, and finds whatever is in the stores by id or name. */
export function Palette({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const listId = useId();
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const found = find(text);
  const go = (one: Found | undefined) => {
    if (!one) return;
    onClose();
    void navigate({ to: one.to });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setActive(Math.min(found.length - 1, active + 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(0, active - 1));
    else if (event.key === 'Enter') go(found[active]);
    else return;
    event.preventDefault();
  };
  return (
    <Modal opened onClose={onClose} withCloseButton={false} size={560} padding={0} yOffset="12vh">
      <TextInput
        data-autofocus
        variant="unstyled"
        className={styles.input ?? ''}
        size="md"
        value={text}
        placeholder={texts.palette.placeholder}
        aria-label={texts.palette.label}
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={found[active] ? `${listId}-${active}` : undefined}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={listId} role="listbox" aria-label={texts.palette.label} className={styles.list}>
        {found.map((one, index) => (
          // The field above has the keys and the focus.
          // biome-ignore lint/a11y/useKeyWithClickEvents: see above
          <div
            key={one.to}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            className={styles.option}
            onPointerMove={() => setActive(index)}
            onClick={() => go(one)}
          >
            <span className="quiet">{one.kind}</span>
            <span className={styles.title}>{one.title}</span>
            <span className={`quiet mono ${styles.detail}`}>{one.detail}</span>
          </div>
        ))}
        {found.length === 0 && <p className={styles.none}>{texts.palette.none}</p>}
      </div>
    </Modal>
  );
}
